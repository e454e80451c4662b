// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.util.Set;
import perennial.agent.tools.CardSheet;
import perennial.card.CardAbilities;
import perennial.card.KeySlot;
import perennial.card.ReKeyWay;
import perennial.core.advice.Problem;
import perennial.core.crypto.KeyAlgorithm;

/// What a card is and can do, in a person's words.
final class CardWords {
    private final Console console;

    CardWords(Console console) {
        this.console = console;
    }

    String slot(KeySlot slot) {
        return switch (slot) {
            case AUTHENTICATION -> console.choose("身分驗證 (9A)", "authentication (9A)");
            case DIGITAL_SIGNATURE -> console.choose("簽章 (9C)", "signature (9C)");
            case KEY_MANAGEMENT -> console.choose("加密 (9D)", "encryption (9D)");
            case CARD_AUTHENTICATION -> console.choose("卡片驗證 (9E)", "card authentication (9E)");
        };
    }

    String state(CardSheet.State state) {
        return switch (state) {
            case VALID -> console.choose("效期內", "within its validity");
            case NOT_YET_VALID -> console.choose("尚未生效", "not yet valid");
            case EXPIRED -> console.choose("已逾期", "expired");
        };
    }

    String algorithm(KeyAlgorithm algorithm) {
        return switch (algorithm) {
            case RSA_2048 -> "RSA 2048";
            case RSA_3072 -> "RSA 3072";
            case P_256 -> "ECC P-256";
            case P_384 -> "ECC P-384";
        };
    }

    String abilities(CardAbilities abilities) {
        return switch (abilities.kind()) {
            case SIGN_ONLY ->
                    console.choose(
                            "只能簽章與解密，不能寫入憑證", "signs and decrypts; certificates cannot be written");
            case SAME_KEY_ONLY ->
                    console.choose("可以原金鑰展期，不能更換金鑰", "renews with the same key; makes no new keys");
            case RE_KEY_WITH_PIN ->
                    console.choose("可展期，可更換金鑰", "renews, and takes new keys")
                            + way(abilities.reKeyWays());
            case RE_KEY_WITH_SECOND_SECRET ->
                    console.choose(
                                    "可展期，可更換金鑰，但需要第二組密碼",
                                    "renews, and takes new keys with a second secret")
                            + way(abilities.reKeyWays());
        };
    }

    private String way(Set<ReKeyWay> ways) {
        return ways.contains(ReKeyWay.BESIDE)
                ? console.choose("（新金鑰產生在舊金鑰旁）", " (made beside the old one)")
                : console.choose("（新金鑰會取代舊金鑰）", " (made in place of the old one)");
    }

    String tries(Problem problem, int left) {
        return problem == Problem.PUK_WRONG
                ? console.choose("PUK碼剩餘次數 " + left, "PUK tries left: " + left)
                : console.choose("剩餘次數 " + left, "tries left: " + left);
    }
}
