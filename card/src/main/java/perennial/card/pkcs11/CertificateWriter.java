// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import perennial.card.CardException;
import perennial.card.pkcs11.TokenObjects.CertificateObject;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;

/// Puts another certificate beside a key.
///
/// The new one is created, read back, and only then the others under the same identifier are
/// destroyed. A token that takes no second one under an identifier (OpenSC answers
/// CKR_GENERAL_ERROR) has the old one destroyed first; when the new one is then refused, the old
/// one is put back. A break anywhere leaves two certificates or none, and doing it again puts that
/// in order.
record CertificateWriter(TokenSession session, TokenLogin login) {
    /// What tokens say that have no place for a second one.
    private static final Set<ReturnCode> NO_SECOND =
            Set.of(
                    ReturnCode.GENERAL_ERROR,
                    ReturnCode.FUNCTION_FAILED,
                    ReturnCode.DEVICE_ERROR,
                    ReturnCode.DEVICE_MEMORY,
                    ReturnCode.ATTRIBUTE_VALUE_INVALID,
                    ReturnCode.TEMPLATE_INCONSISTENT);

    /// @throws CardException READ_BACK_DIFFERS, CARD_NOT_WRITABLE, CARD_FULL, SECOND_SECRET_NEEDED
    void replace(KeyId id, Certificate fresh, String label) {
        login.writing(() -> {
            List<CertificateObject> before = under(id);
            if (before.stream().noneMatch(object -> isOf(object, fresh))) {
                create(before, id, fresh, label);
            }
            CertificateObject written = readBack(id, fresh);
            for (CertificateObject object : under(id)) {
                if (object.handle() != written.handle()) {
                    session.destroy(object.handle());
                }
            }
            return readBack(id, fresh);
        });
    }

    private void create(List<CertificateObject> before, KeyId id, Certificate fresh, String label) {
        try {
            session.create(template(id, fresh, label));
        } catch (CryptokiException e) {
            if (before.isEmpty() || !NO_SECOND.contains(e.code())) {
                throw e;
            }
            before.forEach(object -> session.destroy(object.handle()));
            createAlone(before.getFirst(), id, fresh, label);
        }
    }

    private void createAlone(CertificateObject old, KeyId id, Certificate fresh, String label) {
        try {
            session.create(template(id, fresh, label));
        } catch (CryptokiException e) {
            if (!Refusal.isLost(e.code())) {
                session.create(template(id, old.certificate(), old.label()));
            }
            throw e;
        }
    }

    private CertificateObject readBack(KeyId id, Certificate fresh) {
        return under(id).stream()
                .filter(object -> isOf(object, fresh))
                .findFirst()
                .orElseThrow(() ->
                        new CardException(
                                Problem.READ_BACK_DIFFERS,
                                "the token holds another certificate than written"));
    }

    private List<CertificateObject> under(KeyId id) {
        return TokenObjects.readCertificates(session).stream()
                .filter(object -> object.id().equals(id))
                .toList();
    }

    private static boolean isOf(CertificateObject object, Certificate certificate) {
        return object.certificate().equals(certificate);
    }

    private static List<Attribute> template(KeyId id, Certificate certificate, String label) {
        var x509 = certificate.x509();
        return List.of(
                Attribute.of(Ck.CKA_CLASS, Ck.CKO_CERTIFICATE),
                Attribute.of(Ck.CKA_CERTIFICATE_TYPE, Ck.CKC_X_509),
                Attribute.of(Ck.CKA_TOKEN, true),
                Attribute.of(Ck.CKA_PRIVATE, false),
                Attribute.of(Ck.CKA_LABEL, label),
                new Attribute(Ck.CKA_ID, id.octets()),
                new Attribute(Ck.CKA_SUBJECT, x509.getSubjectX500Principal().getEncoded()),
                new Attribute(Ck.CKA_ISSUER, x509.getIssuerX500Principal().getEncoded()),
                new Attribute(Ck.CKA_SERIAL_NUMBER, integer(x509.getSerialNumber().toByteArray())),
                new Attribute(Ck.CKA_VALUE, certificate.der()));
    }

    /// DER INTEGER of at most 127 octets; a serial number has at most 20.
    private static byte[] integer(byte[] content) {
        byte[] short127 = Arrays.copyOf(content, Math.min(content.length, 127));
        byte[] der = new byte[2 + short127.length];
        der[0] = 0x02;
        der[1] = (byte) short127.length;
        System.arraycopy(short127, 0, der, 2, short127.length);
        return der;
    }
}
