// SPDX-License-Identifier: Apache-2.0
package perennial.virtualcard;

import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.security.PublicKey;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import perennial.card.KeySlot;
import perennial.core.certificate.CardNumber;

class VirtualCardTest {
    @Test
    void two_generations_differ() {
        char[] secret = "123456".toCharArray();
        VirtualCard card =
                VirtualCard.create(
                        new Personalisation(new CardNumber("0088000000000001"), secret, secret),
                        new SecureRandom());
        PublicKey first = card.generate(KeySlot.AUTHENTICATION, KeyAlgorithm.RSA_2048);
        PublicKey second = card.generate(KeySlot.AUTHENTICATION, KeyAlgorithm.RSA_2048);
        assertNotEquals(first, second);
    }
}
