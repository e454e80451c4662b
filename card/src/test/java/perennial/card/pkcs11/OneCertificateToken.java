// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.util.List;
import java.util.Optional;

/// A library whose token takes no second certificate under an identifier, as OpenSC's PKCS #15
/// tokens do.
record OneCertificateToken(Cryptoki library) implements Cryptoki {
    @Override
    public <A extends Answer> A call(Call<A> call) {
        if (call instanceof Call.CreateObject(long session, List<Attribute> template)
                && certificateId(template).filter(id -> isTaken(session, id)).isPresent()) {
            throw new CryptokiException("C_CreateObject", ReturnCode.GENERAL_ERROR);
        }
        return library.call(call);
    }

    @Override
    public void close() {
        library.close();
    }

    private boolean isTaken(long session, Attribute id) {
        List<Attribute> same = List.of(Attribute.of(Ck.CKA_CLASS, Ck.CKO_CERTIFICATE), id);
        return !library.call(new Call.FindObjects(session, same)).values().isEmpty();
    }

    private static Optional<Attribute> certificateId(List<Attribute> template) {
        boolean certificate = template.stream().anyMatch(a -> a.type() == Ck.CKA_CERTIFICATE_TYPE);
        return template.stream().filter(a -> certificate && a.type() == Ck.CKA_ID).findFirst();
    }
}
