// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Enumerated;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.cmp.CMPCertificate;
import org.bouncycastle.asn1.cmp.CMPObjectIdentifiers;
import org.bouncycastle.asn1.cmp.GenMsgContent;
import org.bouncycastle.asn1.cmp.GenRepContent;
import org.bouncycastle.asn1.cmp.InfoTypeAndValue;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIHeaderBuilder;
import org.bouncycastle.asn1.cmp.PKIMessage;
import org.bouncycastle.asn1.crmf.AttributeTypeAndValue;
import org.bouncycastle.asn1.crmf.Controls;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import perennial.core.advice.Problem;
import perennial.core.authority.FailInfo;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.CertificateId;
import perennial.core.crypto.KeyAlgorithm;
import perennial.core.renewal.RenewalKind;
import perennial.core.renewal.RenewalTerms;
import perennial.protocol.cmp.CmpClient.Protection.BySignature;

/// What is wanted for a certificate, as one general message asks and tells it.
final class CmpTermsTest {
    private final HolderAtEndpoint holder = new HolderAtEndpoint();
    private final BySignature signature = new BySignature(holder.signer, holder.old);
    private final CmpClient client =
            new CmpClient(
                    holder.endpoint::answer,
                    List.of(holder.pki.root),
                    holder.pki.clock,
                    holder.pki.random);

    @Test
    void each_certificate_has_its_terms_in_the_order_of_the_question() {
        Certificate second =
                holder.pki.enciphering(SoftwareKeys.p256(holder.pki.random).getPublic());
        Certificate third = holder.pki.signing(SoftwareKeys.p256(holder.pki.random).getPublic());
        RenewalTerms reKey =
                new RenewalTerms(
                        RenewalKind.RE_KEY,
                        Optional.of(KeyAlgorithm.P_384),
                        Optional.of(new RenewalTerms.InFlight(holder.id, holder.old)));
        holder.service.terms.put(second.id(), reKey);

        assertEquals(
                List.of(RenewalTerms.SAME_KEY, reKey, RenewalTerms.SAME_KEY),
                client.terms(List.of(third, second, holder.old), signature));
    }

    @ParameterizedTest
    @EnumSource(KeyAlgorithm.class)
    void every_kind_of_key_is_told(KeyAlgorithm algorithm) {
        RenewalTerms terms =
                new RenewalTerms(RenewalKind.RE_KEY, Optional.of(algorithm), Optional.empty());
        holder.service.terms.put(holder.old.id(), terms);

        assertEquals(List.of(terms), client.terms(List.of(holder.old), signature));
    }

    @Test
    void the_octets_are_those_of_the_definition() {
        assertArrayEquals(
                HexFormat.of().parseHex("3003" + "0a0100"),
                ReceivedMessage.der(TermsSyntax.encoded(RenewalTerms.SAME_KEY)));
        RenewalTerms rsa =
                new RenewalTerms(
                        RenewalKind.RE_KEY, Optional.of(KeyAlgorithm.RSA_2048), Optional.empty());
        assertArrayEquals(
                HexFormat.of()
                        .parseHex(
                                "3018"
                                        + "0a0101"
                                        + "a013"
                                        + "3011"
                                        + "300f"
                                        + "06092b0601050507050"
                                        + "10c"
                                        + "02020800"),
                ReceivedMessage.der(TermsSyntax.encoded(rsa)));
        assertEquals(
                "2.25.189929426081414315374584102855663654011.1",
                GeneralMessages.ID_RENEWAL_TERMS.getId());
    }

    @Test
    void a_kind_of_key_that_is_not_known_is_not_taken_for_any() {
        var p521 =
                new Controls(
                        new AttributeTypeAndValue(
                                CMPObjectIdentifiers.id_regCtrl_rsaKeyLen, new ASN1Integer(512)));
        var terms =
                new DERSequence(
                        new ASN1Encodable[] {new ASN1Enumerated(1), new DERTaggedObject(0, p521)});

        assertEquals(
                FailInfo.badAlg,
                assertThrows(InvalidMessageException.class, () -> TermsSyntax.read(terms))
                        .failInfo());
    }

    @Test
    void a_server_that_does_not_know_the_question_wants_the_same_key() {
        List<RenewalTerms> twice = Collections.nCopies(2, RenewalTerms.SAME_KEY);
        List<Certificate> both = List.of(holder.old, holder.old);
        ASN1ObjectIdentifier foreign = new ASN1ObjectIdentifier("1.2.3");

        for (PKIBody answer :
                List.of(
                        CmpBodies.error(FailInfo.badRequest, "what?"),
                        CmpBodies.error(FailInfo.unsupportedVersion, "what?"),
                        new PKIBody(PKIBody.TYPE_GEN_REP, new DERSequence()),
                        new PKIBody(
                                PKIBody.TYPE_GEN_REP,
                                new GenRepContent(
                                        new InfoTypeAndValue(GeneralMessages.ID_RENEWAL_TERMS))),
                        new PKIBody(
                                PKIBody.TYPE_GEN_REP,
                                new GenRepContent(new InfoTypeAndValue(foreign))))) {
            assertEquals(twice, answering(answer).terms(both, signature));
        }
    }

    @Test
    void a_server_that_cannot_answer_now_is_not_taken_for_one_that_keeps_the_key() {
        ProtocolException later =
                assertThrows(
                        ProtocolException.class,
                        () ->
                                answering(CmpBodies.error(FailInfo.systemUnavail, "later"))
                                        .terms(List.of(holder.old), signature));

        assertEquals(Problem.AUTHORITY_UNAVAILABLE, later.problem());
    }

    @Test
    void an_answer_about_another_number_of_certificates_is_not_believed() {
        PKIBody two = GeneralMessages.termsRep(Collections.nCopies(2, RenewalTerms.SAME_KEY));

        assertEquals(
                Problem.RA_ANSWER_INVALID,
                assertThrows(
                                ProtocolException.class,
                                () -> answering(two).terms(List.of(holder.old), signature))
                        .problem());
    }

    @Test
    void questions_out_of_bounds_are_refused() {
        List<CertificateId> many =
                Collections.nCopies(GeneralMessages.MAX_CERTIFICATES + 1, holder.old.id());
        List<PKIBody> bodies = new ArrayList<>();
        bodies.add(GeneralMessages.termsReq(many));
        bodies.add(GeneralMessages.termsReq(List.of()));
        for (PKIBody body : bodies) {
            assertEquals(FailInfo.badDataFormat, refused(body));
        }
        InfoTypeAndValue caCerts = new InfoTypeAndValue(CMPObjectIdentifiers.id_it_caCerts);
        assertEquals(
                FailInfo.badRequest,
                refused(
                        new PKIBody(
                                PKIBody.TYPE_GEN_MSG,
                                new GenMsgContent(new InfoTypeAndValue[] {caCerts, caCerts}))));
        assertEquals(
                FailInfo.badRequest,
                refused(
                        new PKIBody(
                                PKIBody.TYPE_GEN_MSG,
                                new GenMsgContent(
                                        new InfoTypeAndValue(
                                                CMPObjectIdentifiers.it_currentCRL)))));
        assertEquals(
                FailInfo.badDataFormat,
                refused(
                        new PKIBody(
                                PKIBody.TYPE_GEN_MSG,
                                new GenMsgContent(
                                        new InfoTypeAndValue(GeneralMessages.ID_RENEWAL_TERMS)))));
    }

    @Test
    void the_authorities_certificates_are_told_to_whoever_asks() {
        PKIBody question =
                new PKIBody(
                        PKIBody.TYPE_GEN_MSG,
                        new GenMsgContent(
                                new InfoTypeAndValue(CMPObjectIdentifiers.id_it_caCerts)));

        byte[] answer =
                holder.endpoint.answer(holder.message(2, question, holder.old, header -> header));

        InfoTypeAndValue told =
                GenRepContent.getInstance(PKIMessage.getInstance(answer).getBody().getContent())
                        .toInfoTypeAndValueArray()[0];
        assertEquals(CMPObjectIdentifiers.id_it_caCerts, told.getInfoType());
        assertArrayEquals(
                ReceivedMessage.der(
                        new DERSequence(CMPCertificate.getInstance(holder.pki.issuing.der()))),
                ReceivedMessage.der(told.getInfoValue()));
    }

    /// A client whose server says this to everything, signed.
    private CmpClient answering(PKIBody body) {
        return new CmpClient(
                request -> {
                    ReceivedMessage asked = ReceivedMessage.of(request);
                    return MessageProtection.protect(
                            new PKIHeaderBuilder(
                                            2,
                                            asked.header().getRecipient(),
                                            asked.header().getSender())
                                    .setTransactionID(asked.id().octets())
                                    .setSenderNonce(new byte[16])
                                    .setRecipNonce(asked.senderNonce()),
                            body,
                            holder.pki.ra.signer(),
                            List.of(holder.pki.ra.certificate(), holder.pki.issuing));
                },
                List.of(holder.pki.root),
                holder.pki.clock,
                holder.pki.random);
    }

    private FailInfo refused(PKIBody body) {
        return assertInstanceOf(
                        CmpMessage.Refusal.class,
                        holder.answer(holder.message(2, body, holder.old, header -> header)))
                .reason();
    }
}
