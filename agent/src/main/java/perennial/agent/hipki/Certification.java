// SPDX-License-Identifier: Apache-2.0
package perennial.agent.hipki;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import perennial.agent.consent.Origin;
import perennial.agent.renewal.CarriedRenewals;
import perennial.agent.tools.CardSheet;
import perennial.agent.tools.CardTools;
import perennial.agent.tools.CardTools.Shown;
import perennial.card.KeySlot;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.DigestAlgorithm;
import perennial.protocol.cms.Pkcs10Request;

/// `getChallenge`, `makeCsr`, `writecert`: a renewal that an older registration authority's pages
/// drive. The request is signed with the key that the card has and changes nothing; the certificate
/// goes through the journal ([CarriedRenewals]).
final class Certification {
    private static final int CHALLENGE = 16;

    private final Tokens tokens;
    private final CardTools tools;
    private final CardWork work;
    private final CarriedRenewals renewals;
    private final SecureRandom random;

    Certification(
            Tokens tokens,
            CardTools tools,
            CardWork work,
            CarriedRenewals renewals,
            SecureRandom random) {
        this.tokens = tokens;
        this.tools = tools;
        this.work = work;
        this.renewals = renewals;
        this.random = random;
    }

    /// A number for the page to put into the request; the agent does not ask for it again.
    Prepared challenge() {
        return Prepared.ofNoCard(_ -> {
            byte[] octets = new byte[CHALLENGE];
            random.nextBytes(octets);
            return new Result.Done(
                    Replies.done("getChallenge")
                            .with("challenge", HexFormat.of().withUpperCase().formatHex(octets)));
        });
    }

    Prepared request(TbsPackage asked) {
        Shown shown = tokens.chosen(asked);
        DigestAlgorithm digest = CardWork.digest(asked);
        Optional<String> key = asked.text("keyid").or(() -> asked.text("keyidb64"));
        Optional<String> challenge = asked.text("challenge");
        return Prepared.about(
                shown,
                "",
                held ->
                        work.behindPin(
                                shown,
                                held,
                                session -> {
                                    KeySlot slot = CardWork.signing(session, key);
                                    byte[] request =
                                            Pkcs10Request.sign(
                                                    session.digestSigner(slot),
                                                    CardWork.certificate(session, slot),
                                                    digest,
                                                    challenge);
                                    return Replies.done("csr")
                                            .with(
                                                    "csr",
                                                    Base64.getEncoder().encodeToString(request))
                                            .with("cardSN", shown.card().value());
                                }));
    }

    Prepared write(TbsPackage asked, Origin origin) {
        List<Certificate> brought =
                certificates(
                        asked.text("value")
                                .orElseThrow(() ->
                                        new RefusedException(RetCode.PARAMETER, "no certificate")));
        Shown shown = tokens.chosen(asked);
        CardSheet sheet = tools.view(shown.reader());
        Certificate fresh =
                brought.stream()
                        .filter(one -> brought.size() == 1 || isForKeyOf(sheet, one))
                        .findFirst()
                        .orElseThrow(() ->
                                new RefusedException(
                                        RetCode.KEY_MISMATCH, "none is for a key of the card"));
        return Prepared.about(
                shown,
                "%s%n%s%n%s ~ %s"
                        .formatted(
                                DistinguishedName.of(fresh.subjectText()),
                                DistinguishedName.of(fresh.issuerText()),
                                fresh.validity().notBefore(),
                                fresh.validity().notAfter()),
                held ->
                        CardWork.told(
                                renewals.install(
                                        new CarriedRenewals.Presented(
                                                shown.reader(),
                                                shown.card(),
                                                held.pins().getFirst(),
                                                held.lastTryConsent()),
                                        URI.create(origin.text()),
                                        fresh),
                                () ->
                                        Replies.done("writeCert")
                                                .with("message", "OK")
                                                .with("cardSN", shown.card().value())));
    }

    private static boolean isForKeyOf(CardSheet sheet, Certificate certificate) {
        return sheet.keys().stream()
                .anyMatch(key -> key.certificate().publicKey().equals(certificate.publicKey()));
    }

    /// One in DER or PEM, or those in a SignedData without signatures (`.p7b`).
    private static List<Certificate> certificates(String value) {
        String base64 = value.replaceAll("-----[A-Z0-9 ]+-----", "");
        byte[] octets = TbsPackage.decoded(base64);
        try {
            List<Certificate> found = new ArrayList<>();
            for (java.security.cert.Certificate one :
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(octets))) {
                found.add(Certificate.ofDer(one.getEncoded()));
            }
            if (!found.isEmpty()) {
                return found;
            }
        } catch (CertificateEncodingException | IllegalArgumentException e) {
            throw noCertificate(e);
        } catch (CertificateException e) {
            throw noCertificate(e);
        }
        throw new RefusedException(RetCode.PARAMETER, "no certificate");
    }

    private static RefusedException noCertificate(Exception cause) {
        return new RefusedException(RetCode.PARAMETER, "no certificate", cause);
    }
}
