// SPDX-License-Identifier: Apache-2.0
package perennial.agent.hipki;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import perennial.agent.json.Json;
import perennial.agent.tools.CardTools;
import perennial.agent.tools.CardTools.Shown;
import perennial.agent.tools.HolderKeys;
import perennial.card.CardSession;
import perennial.card.KeySlot;
import perennial.card.PinOutcome;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.DigestAlgorithm;

/// What all calls with a card have in common.
final class CardWork {
    private final CardTools tools;

    CardWork(CardTools tools) {
        this.tools = tools;
    }

    /// Works behind the PIN, in one session.
    Result behindPin(Shown shown, Held held, Function<CardSession, Json.Members> work) {
        List<Json.Members> made = new ArrayList<>();
        PinOutcome outcome =
                tools.withPin(
                        shown,
                        held.pins().getFirst(),
                        held.lastTryConsent(),
                        session -> made.add(work.apply(session)));
        return told(outcome, () -> made.getFirst());
    }

    static Result told(PinOutcome outcome, java.util.function.Supplier<Json.Members> reply) {
        return switch (outcome) {
            case PinOutcome.Verified _ -> new Result.Done(reply.get());
            case PinOutcome.Wrong(int left) -> new Result.PinRefused(left);
            case PinOutcome.Blocked _ -> new Result.PinRefused(0);
        };
    }

    /// The key that a call names, or the one that signs.
    ///
    /// @throws RefusedException KEY_MISSING
    static KeySlot signing(CardSession session, Optional<String> id) {
        if (id.isPresent()) {
            return KeyName.of(id.get())
                    .map(KeyName::slot)
                    .filter(slot -> session.certificate(slot).isPresent())
                    .orElseThrow(() -> new RefusedException(RetCode.KEY_MISSING, "no such key"));
        }
        return HolderKeys.signing(session);
    }

    /// @throws RefusedException CERTIFICATE_MISSING
    static Certificate certificate(CardSession session, KeySlot slot) {
        return session.certificate(slot)
                .orElseThrow(() ->
                        new RefusedException(
                                RetCode.CERTIFICATE_MISSING, "no certificate in " + slot));
    }

    /// SHA-256 when none is named, or by the name with two letters changed that one library sends.
    ///
    /// @throws RefusedException PARAMETER
    static DigestAlgorithm digest(TbsPackage asked) {
        String name = asked.text("hashAlgorithm").orElse("SHA256");
        return switch (name.toUpperCase(java.util.Locale.ROOT).replace("-", "")) {
            case "SHA1" -> DigestAlgorithm.SHA_1;
            case "SHA256", "SAH256" -> DigestAlgorithm.SHA_256;
            case "SHA384" -> DigestAlgorithm.SHA_384;
            case "SHA512" -> DigestAlgorithm.SHA_512;
            default -> throw new RefusedException(RetCode.PARAMETER, "no such digest");
        };
    }
}
