// SPDX-License-Identifier: Apache-2.0
package perennial.cli.attempt;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// One call that a page can make of the agent. The portal's test page (`api-calls.js`) has the same
/// ones.
///
/// @param name what the dialect calls it, or perennial.js
/// @param way how it is made
/// @param path where it is asked for by HTTP; of a popup its page; empty for perennial.js
/// @param parameters the names that it knows
record AgentCall(String name, Way way, String path, List<String> parameters) {
    private static final String POPUP = "/ChtPopupForm";
    private static final String CARD_POPUP = "/CardManagement/CMCPopForm";
    private static final String CARD_COMMAND = "/CardManagement/sendCardCommand";

    /// How a call is made.
    enum Way {
        /// By HTTP, for whoever asks.
        GET,
        /// By HTTP with `tbsPackage`, for an allowed site; takes no PIN.
        POST,
        /// In the dialect's popup, where the holder types the PIN.
        POPUP,
        /// In the agent's window, by perennial.js.
        LIBRARY
    }

    AgentCall {
        parameters = List.copyOf(parameters);
    }

    static List<AgentCall> all() {
        List<AgentCall> calls = new ArrayList<>();
        calls.addAll(overHttp());
        calls.addAll(inPopup());
        calls.addAll(
                List.of(
                        library("open"),
                        library("readers"),
                        library("card", "reader"),
                        library("sign", "content", "encoding", "form", "digest", "name", "reader"),
                        library("decrypt", "content", "encoding", "form", "name", "reader"),
                        library("renew", "reader", "ticket"),
                        library("finish", "reader"),
                        library("close")));
        return List.copyOf(calls);
    }

    private static List<AgentCall> overHttp() {
        return List.of(
                get("version", "/"),
                get("pkcs11info", "/pkcs11info"),
                get("certificates", "/pkcs11info?withcert=true"),
                get("image", "/p11Image.bmp"),
                get("waiting", "/waiting.gif"),
                post("getChallenge", "/getChallenge"),
                post("bulidResetUserPINRequest", CARD_COMMAND, "caname", "sid", "cardid"),
                post("bulidUnblockCardRequest", CARD_COMMAND, "caname", "sid", "cardid"),
                post("buildOpenCardGetUserPINRequest", CARD_COMMAND, "caname", "sid", "cardid"),
                post(
                        "buildOpenCardValidateUserRequest",
                        CARD_COMMAND,
                        "caname",
                        "sid",
                        "cardid",
                        "cmsresponse"),
                post("unsupported", "/eIDPM/ListEID"));
    }

    private static List<AgentCall> inPopup() {
        return List.of(
                popup("CheckEnvir", "/popupForm"),
                popup("GetUserCert", "/popupForm"),
                popup(
                        "MakeSignature",
                        "/popupForm",
                        "signatureType",
                        "tbs",
                        "tbsEncoding",
                        "hashAlgorithm",
                        "checkValidity",
                        "withCardSN",
                        "withSigningTime",
                        "nonce",
                        "slotDescription"),
                popup("umakeSig", POPUP, "signatureType", "tbs", "tbsEncoding", "hashAlgorithm"),
                popup("DecryptData", "/popupForm", "cipher", "cipherType", "plainEncoding"),
                popup("makeCsr", POPUP, "keyid", "hashAlgorithm", "challenge"),
                popup("writecert", POPUP, "type", "value", "useChallenge"),
                popup("changeUserPINCode", POPUP, "readername", "cardid"),
                popup("resetUserPIN", CARD_POPUP, "caname", "sid", "cardid", "cmsresponse"),
                popup("unblockCard", CARD_POPUP, "caname", "sid", "cardid", "cmsresponse"),
                popup("openCard", CARD_POPUP, "caname", "sid", "cardid", "cmsresponse"),
                popup("addDomain", "/addDomain", "domain"));
    }

    private static AgentCall get(String name, String path) {
        return new AgentCall(name, Way.GET, path, List.of());
    }

    private static AgentCall post(String name, String path, String... parameters) {
        return new AgentCall(name, Way.POST, path, List.of(parameters));
    }

    private static AgentCall popup(String name, String path, String... parameters) {
        return new AgentCall(name, Way.POPUP, path, List.of(parameters));
    }

    private static AgentCall library(String name, String... parameters) {
        return new AgentCall(name, Way.LIBRARY, "", Arrays.asList(parameters));
    }

    static Optional<AgentCall> of(String name) {
        return all().stream().filter(call -> call.name().equals(name)).findFirst();
    }

    /// Whether only an allowed site is answered; the others answer the user's own programs.
    boolean asksForSite() {
        return way == Way.POST || path.startsWith("/pkcs11info");
    }

    boolean isOverHttp() {
        return way == Way.GET || way == Way.POST;
    }
}
