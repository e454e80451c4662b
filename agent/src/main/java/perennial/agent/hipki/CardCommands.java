// SPDX-License-Identifier: Apache-2.0
package perennial.agent.hipki;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import perennial.agent.tools.CardTools;
import perennial.agent.tools.CardTools.Shown;
import perennial.agent.tools.UnlockTools;
import perennial.card.Pin;

/// `sendCardCommand`: another PIN by the old one, or by the card's authority. The messages to and
/// from it are those of `docs/unlock-protocol.md`; pages only carry them.
final class CardCommands {
    private final Tokens tokens;
    private final CardTools tools;
    private final UnlockTools unlocking;

    CardCommands(Tokens tokens, CardTools tools, UnlockTools unlocking) {
        this.tokens = tokens;
        this.tools = tools;
        this.unlocking = unlocking;
    }

    /// By their names, in the vendor's spelling.
    Map<String, Operation> all() {
        return Map.ofEntries(
                Map.entry(
                        "changeUserPINCode",
                        new Operation(
                                "changeUserPINCode", Secrets.CHANGE, (asked, _) -> change(asked))),
                request("bulidResetUserPINRequest"),
                request("bulidUnblockCardRequest"),
                request("buildOpenCardGetUserPINRequest"),
                request("buildOpenCardValidateUserRequest"),
                answer("resetUserPIN"),
                answer("unblockCard"),
                answer("openCard"));
    }

    private Map.Entry<String, Operation> request(String func) {
        return Map.entry(
                func, new Operation(func, Secrets.NONE, (asked, _) -> request(asked, func)));
    }

    private Map.Entry<String, Operation> answer(String func) {
        return Map.entry(func, new Operation(func, Secrets.NEW, (asked, _) -> answer(asked, func)));
    }

    private Prepared change(TbsPackage asked) {
        Shown shown = tokens.chosen(asked);
        return Prepared.about(
                shown,
                "",
                held -> {
                    Pin current = held.pins().getFirst();
                    Pin next = held.pins().getLast();
                    return CardWork.told(
                            tools.changePin(shown, current, next, held.lastTryConsent()).outcome(),
                            () -> Replies.done("changeUserPINCode"));
                });
    }

    /// The user code comes from the page: it is not the card's secret but the authority's.
    private Prepared request(TbsPackage asked, String func) {
        Shown shown = tokens.chosen(asked);
        char[] code =
                asked.secret("sid")
                        .orElseThrow(() -> new RefusedException(RetCode.USER_CODE, "no user code"));
        return Prepared.about(
                shown,
                "",
                _ -> {
                    try {
                        return new Result.Done(
                                Replies.done(func)
                                        .with("data", unlocking.request(shown.card(), code)));
                    } finally {
                        Arrays.fill(code, '\0');
                    }
                });
    }

    private Prepared answer(TbsPackage asked, String func) {
        Shown shown = tokens.chosen(asked);
        String message =
                asked.text("cmsresponse")
                        .or(() -> asked.text("msresponse"))
                        .or(() -> asked.text("unblockCardResponse"))
                        .map(CardCommands::withPlusSigns)
                        .orElseThrow(() -> new RefusedException(RetCode.CMS_ANSWER, "no answer"));
        return Prepared.about(
                shown,
                "",
                held -> {
                    Optional<Result> refused =
                            wrongPuk(
                                    unlocking
                                            .finish(
                                                    shown,
                                                    message,
                                                    held.pins().getFirst(),
                                                    held.lastTryConsent())
                                            .outcome());
                    return refused.orElseGet(() -> new Result.Done(Replies.done(func)));
                });
    }

    /// A message in its text form, in whose Base64 a blank was a plus before the body was decoded.
    private static String withPlusSigns(String message) {
        return message.lines()
                .map(line -> line.startsWith("-----") ? line : line.replace(' ', '+'))
                .collect(Collectors.joining("\n"));
    }

    /// The authority's secret was wrong, not the holder's: asking the holder again changes nothing.
    private static Optional<Result> wrongPuk(perennial.card.PinOutcome outcome) {
        if (outcome instanceof perennial.card.PinOutcome.Verified) {
            return Optional.empty();
        }
        throw new RefusedException(RetCode.CMS_ANSWER, "the card refused what the authority sent");
    }
}
