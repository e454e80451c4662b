// SPDX-License-Identifier: Apache-2.0
package perennial.agent.hipki;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import perennial.agent.renewal.CarriedRenewals;
import perennial.agent.tools.CardTools;
import perennial.agent.tools.UnlockTools;

/// Every call, by the name that the popup is told and by the path that is posted to.
final class Operations {
    private static final String CARD_COMMAND = "/CardManagement/sendCardCommand";

    private final Map<String, Operation> byFunc = new HashMap<>();
    private final Map<String, Operation> byPath = new HashMap<>();
    private final Map<String, Operation> commands;
    private final Tokens tokens;

    Operations(
            Tokens tokens,
            CardTools tools,
            UnlockTools unlocking,
            CarriedRenewals renewals,
            Clock clock,
            SecureRandom random) {
        this.tokens = tokens;
        CardWork work = new CardWork(tools);
        Signatures signatures = new Signatures(tokens, work, clock);
        Deciphering deciphering = new Deciphering(tokens, work, random);
        Certification certification = new Certification(tokens, tools, work, renewals, random);
        this.commands = new CardCommands(tokens, tools, unlocking).all();
        byFunc.put("CheckEnvir", listing(false));
        byFunc.put("GetUserCert", listing(true));
        add(
                "/sign",
                new Operation("sign", Secrets.PIN, (asked, _) -> signatures.prepare(asked, false)),
                "MakeSignature",
                "sign");
        add(
                "/umakeSig",
                new Operation(
                        "umakeSig", Secrets.PIN, (asked, _) -> signatures.prepare(asked, true)),
                "umakeSig",
                "CrypSign");
        add(
                "/decrypt",
                new Operation("decrypt", Secrets.PIN, (asked, _) -> deciphering.prepare(asked)),
                "DecryptData",
                "decrypt");
        add(
                "/getChallenge",
                new Operation("getChallenge", Secrets.NONE, (_, _) -> certification.challenge()),
                "getChallenge");
        add(
                "/makeCsr",
                new Operation("csr", Secrets.PIN, (asked, _) -> certification.request(asked)),
                "makeCsr",
                "csr");
        add(
                "/writecert",
                new Operation("writeCert", Secrets.PIN, certification::write),
                "writeCert",
                "writecert");
        byFunc.putAll(commands);
    }

    private void add(String path, Operation operation, String... funcs) {
        byPath.put(path, operation);
        for (String func : funcs) {
            byFunc.put(func, operation);
        }
    }

    /// `pkcs11info`.
    Operation listing(boolean withCertificates) {
        return new Operation(
                "pkcs11info",
                Secrets.NONE,
                (_, _) -> Prepared.ofNoCard(_ -> new Result.Done(tokens.info(withCertificates))));
    }

    /// What a page told the popup to do.
    Optional<Operation> ofMessage(TbsPackage asked) {
        return asked.text("func").flatMap(func -> Optional.ofNullable(byFunc.get(func)));
    }

    /// Whether something is answered there, perhaps with "not supported".
    boolean isPath(String path) {
        return byPath.containsKey(path) || path.equals(CARD_COMMAND) || isForeign(path);
    }

    /// The identity card's, MOEACA's and the card printer's: known to be there, not done here.
    static boolean isForeign(String path) {
        return path.startsWith("/eIDPM/")
                || path.startsWith("/MOEACA/")
                || path.startsWith("/PrintCard/");
    }

    /// What was posted to a path.
    ///
    /// @throws RefusedException NOT_SUPPORTED, COMMAND_UNKNOWN
    Operation ofPath(String path, TbsPackage asked) {
        if (path.equals(CARD_COMMAND)) {
            return asked.text("func")
                    .flatMap(func -> Optional.ofNullable(commands.get(func)))
                    .orElseThrow(
                            () -> new RefusedException(RetCode.COMMAND_UNKNOWN, "no such command"));
        }
        return Optional.ofNullable(byPath.get(path))
                .orElseThrow(() -> new RefusedException(RetCode.NOT_SUPPORTED, path));
    }
}
