// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.cmp.CertConfirmContent;
import org.bouncycastle.asn1.cmp.CertStatus;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIStatus;
import org.bouncycastle.asn1.cmp.PKIStatusInfo;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import perennial.core.authority.FailInfo;
import perennial.core.authority.IssueOutcome;
import perennial.core.certificate.Certificate;

final class CmpConfirmationTest {
    private final HolderAtEndpoint holder = new HolderAtEndpoint();

    @Test
    void a_wrong_hash_confirms_nothing() {
        Certificate fresh = issued();
        byte[] hash = CertHash.of(fresh);
        byte[] wrong = hash.clone();
        wrong[31] ^= 1;

        assertEquals(FailInfo.badCertId, holder.refusal(certConf(2, wrong, null, null)));
        assertEquals(
                FailInfo.badCertId,
                holder.refusal(certConf(2, CertHash.of(holder.old), null, null)));
        assertEquals(FailInfo.badCertId, holder.refusal(certConf(2, new byte[0], null, null)));
        assertEquals(FailInfo.badCertId, holder.refusal(certConf(3, hash, sha512(), null)));
        assertEquals(
                FailInfo.badRequest,
                holder.refusal(certConf(2, CertHash.of(fresh, "SHA-512"), sha512(), null)));
        assertTrue(holder.service.confirmed.isEmpty());

        assertInstanceOf(
                CmpMessage.PkiConf.class,
                holder.answer(certConf(3, CertHash.of(fresh, "SHA-512"), sha512(), null)));
        assertInstanceOf(CmpMessage.PkiConf.class, holder.answer(certConf(2, hash, null, null)));
        assertEquals(List.of(holder.id, holder.id), holder.service.confirmed);
    }

    @Test
    void the_holder_may_reject_the_certificate() {
        byte[] hash = CertHash.of(issued());

        assertInstanceOf(
                CmpMessage.PkiConf.class,
                holder.answer(certConf(2, hash, null, new PKIStatusInfo(PKIStatus.rejection))));
        assertInstanceOf(
                CmpMessage.PkiConf.class,
                holder.answer(
                        holder.message(
                                2,
                                new PKIBody(
                                        PKIBody.TYPE_CERT_CONFIRM,
                                        CertConfirmContent.getInstance(new DERSequence())),
                                holder.old,
                                header -> header)));

        assertTrue(holder.service.confirmed.isEmpty());
        assertEquals(List.of(holder.id, holder.id), holder.service.rejected);
    }

    @Test
    void a_stranger_can_neither_poll_nor_confirm() {
        byte[] hash = CertHash.of(issued());
        Certificate stranger =
                holder.pki.issued(
                        holder.keys.getPublic(),
                        new X500Principal("CN=另一人,C=TW"),
                        TestPki.usage(KeyUsage.digitalSignature));

        assertEquals(
                FailInfo.notAuthorized,
                holder.refusal(
                        holder.message(2, CmpBodies.certConf(hash), stranger, header -> header)));
        assertEquals(
                FailInfo.notAuthorized,
                holder.refusal(holder.message(2, CmpBodies.pollReq(), stranger, header -> header)));
        assertTrue(holder.service.confirmed.isEmpty());
    }

    @Test
    void what_is_not_issued_cannot_be_confirmed() {
        assertEquals(FailInfo.badRequest, holder.refusal(certConf(2, new byte[32], null, null)));
        holder.service.answer(new IssueOutcome.Waiting(Duration.ofMinutes(1)));
        assertInstanceOf(CmpMessage.Waiting.class, holder.answer(holder.kur()));
        assertEquals(FailInfo.badRequest, holder.refusal(certConf(2, new byte[32], null, null)));
        assertTrue(holder.service.confirmed.isEmpty());
    }

    private Certificate issued() {
        return assertInstanceOf(CmpMessage.Kup.class, holder.answer(holder.kur())).certificate();
    }

    private byte[] certConf(
            int pvno,
            byte[] hash,
            @Nullable AlgorithmIdentifier hashAlg,
            @Nullable PKIStatusInfo status) {
        ASN1Encodable each =
                hashAlg == null && status == null
                        ? new DERSequence(
                                new ASN1Encodable[] {new DEROctetString(hash), new ASN1Integer(0)})
                        : new CertStatus(hash, BigInteger.ZERO, status, hashAlg);
        return holder.message(
                pvno,
                new PKIBody(
                        PKIBody.TYPE_CERT_CONFIRM,
                        CertConfirmContent.getInstance(new DERSequence(each))),
                holder.old,
                header -> header);
    }

    private static AlgorithmIdentifier sha512() {
        return new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha512);
    }
}
