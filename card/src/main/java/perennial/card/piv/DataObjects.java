// SPDX-License-Identifier: Apache-2.0
package perennial.card.piv;

import java.util.Arrays;
import java.util.Optional;
import perennial.card.CardException;
import perennial.card.apdu.BerTlv;
import perennial.card.apdu.StatusWord;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;

/// Writes data objects and reads them back. Writing needs the management key to be proved.
final class DataObjects {
    private static final int CERTIFICATE = 0x70;
    private static final int CERTIFICATE_INFORMATION = 0x71;
    private static final int ERROR_DETECTION = 0xFE;
    private static final int MAX_CONTENT = 8000;
    private static final byte[] UNCOMPRESSED = {0x00};
    private static final byte[] EMPTY = {};

    private final PivApplication application;

    DataObjects(PivApplication application) {
        this.application = application;
    }

    /// Empty where there is no object or an emptied one: cards differ in that.
    byte[] content(int object) {
        return application.data(object).map(PivObjects::content).orElse(EMPTY);
    }

    boolean isEmpty(int object) {
        return content(object).length == 0;
    }

    Optional<Certificate> certificate(int object) {
        return application
                .data(object)
                .filter(octets -> !PivObjects.isEmpty(octets))
                .map(PivObjects::certificate);
    }

    /// @throws CardException CARD_NOT_WRITABLE, READ_BACK_DIFFERS
    void write(int object, Certificate certificate) {
        byte[] content =
                BerTlv.concat(
                        new BerTlv(CERTIFICATE, certificate.der()),
                        new BerTlv(CERTIFICATE_INFORMATION, UNCOMPRESSED),
                        new BerTlv(ERROR_DETECTION, EMPTY));
        if (content.length > MAX_CONTENT) {
            throw new CardException(
                    Problem.CARD_NOT_WRITABLE,
                    "a certificate object of %d octets".formatted(content.length));
        }
        put(object, content);
        if (!readBack(object).equals(Optional.of(certificate))) {
            throw differs("another certificate than written");
        }
    }

    /// As [#write(int, Certificate)], unless the certificate is there already.
    void ensure(int object, Certificate certificate) {
        if (!readBack(object).equals(Optional.of(certificate))) {
            write(object, certificate);
        }
    }

    /// @throws CardException CARD_NOT_WRITABLE, READ_BACK_DIFFERS
    void write(int object, byte[] content) {
        put(object, content);
        if (!Arrays.equals(content(object), content)) {
            throw differs("another object than written");
        }
    }

    void erase(int object) {
        put(object, EMPTY);
    }

    private void put(int object, byte[] content) {
        StatusWord status = application.putData(object, content);
        if (!status.isSuccess()) {
            throw CardManagement.refused("PUT DATA %06X".formatted(object), status);
        }
    }

    /// Empty also where what stands there is no certificate.
    private Optional<Certificate> readBack(int object) {
        try {
            return certificate(object);
        } catch (CardException e) {
            if (e.problem() == Problem.CARD_ANSWER_INVALID) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static CardException differs(String what) {
        return new CardException(Problem.READ_BACK_DIFFERS, "the card holds " + what);
    }
}
