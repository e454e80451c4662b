// SPDX-License-Identifier: Apache-2.0
package perennial.ca.ocsp;

import java.io.IOException;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.ocsp.CertID;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.ResponderID;
import org.bouncycastle.asn1.ocsp.RevokedInfo;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.UnknownStatus;
import org.jspecify.annotations.Nullable;
import perennial.ca.CaException;
import perennial.ca.ServiceCredential;
import perennial.ca.keys.SignatureContent;
import perennial.ca.store.StatusStore.Standing;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.RevocationReason;
import perennial.core.certificate.SerialNumber;
import perennial.core.crypto.DigestAlgorithm;

/// Answers what the status of a certificate is now (RFC 6960, in the profile of RFC 5019), for any
/// number of issuers. The status is read for each question; a signature over the same status is
/// used again for half an hour, unless the asker wants a fresh one by a nonce.
///
/// Safe for use by many threads.
public final class OcspResponder {
    /// From thisUpdate to nextUpdate.
    static final Duration LIFE = Duration.ofHours(1);

    private static final System.Logger LOG = System.getLogger(OcspResponder.class.getName());
    private static final int MAX_SERIAL_OCTETS = 20;
    private static final Standing NEVER_ISSUED =
            new Standing(new CertStatus.Unknown(), Optional.empty());

    private final List<StatusIssuer> issuers;
    private final AnswerCache cache = new AnswerCache();
    private final Clock clock;

    /// @param issuers with different keys
    public OcspResponder(List<StatusIssuer> issuers, Clock clock) {
        this.issuers = List.copyOf(issuers);
        this.clock = clock;
    }

    /// @param cacheable whether it may be kept: it is no error and answers nobody's nonce
    record Answer(byte[] der, boolean cacheable, Instant thisUpdate, Instant nextUpdate) {}

    /// DER in, DER out; errors are answers too (RFC 6960 4.2.1).
    public byte[] respond(byte[] request) {
        return answer(request).der().clone();
    }

    Answer answer(byte[] request) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Optional<Question> question = Question.read(request);
        if (question.isEmpty()) {
            return error(OCSPRespBuilder.MALFORMED_REQUEST, now);
        }
        // A signer may speak for its own issuer only (RFC 6960 4.2.2.2); RFC 5019 2.2.3 has this
        // answer for all others.
        Optional<StatusIssuer> issuer = issuer(question.get());
        if (issuer.isEmpty()) {
            return error(OCSPRespBuilder.UNAUTHORIZED, now);
        }
        try {
            return answer(question.get(), issuer.get(), now);
        } catch (CaException e) {
            LOG.log(System.Logger.Level.ERROR, "status cannot be told now", e);
            return error(OCSPRespBuilder.TRY_LATER, now);
        }
    }

    /// The issuer of the first certificate that is ours.
    private Optional<StatusIssuer> issuer(Question question) {
        for (CertID id : question.certificates()) {
            for (StatusIssuer issuer : issuers) {
                if (issuer.issued(id)) {
                    return Optional.of(issuer);
                }
            }
        }
        return Optional.empty();
    }

    private Answer answer(Question question, StatusIssuer issuer, Instant now) {
        ServiceCredential signer = issuer.signer();
        List<Standing> standings =
                question.certificates().stream().map(id -> standing(id, issuer)).toList();
        boolean simple = standings.size() == 1 && !question.hadNonce();
        if (!simple) {
            byte[] der = sign(question, standings, issuer, signer, now);
            return new Answer(der, !question.hadNonce(), now, now.plus(LIFE));
        }
        CertID id = question.certificates().getFirst();
        Standing standing = standings.getFirst();
        Optional<Answer> kept = cache.find(id, standing, signer.certificate(), now);
        if (kept.isPresent()) {
            return kept.get();
        }
        Answer fresh =
                new Answer(
                        sign(question, standings, issuer, signer, now), true, now, now.plus(LIFE));
        cache.keep(id, standing, signer.certificate(), fresh);
        return fresh;
    }

    private static Standing standing(CertID id, StatusIssuer issuer) {
        BigInteger serial = id.getSerialNumber().getValue();
        // No certificate has a serial number that cannot be one.
        return !issuer.issued(id)
                        || serial.signum() <= 0
                        || serial.toByteArray().length > MAX_SERIAL_OCTETS
                ? NEVER_ISSUED
                : issuer.standing(new SerialNumber(serial));
    }

    private static byte[] sign(
            Question question,
            List<Standing> standings,
            StatusIssuer issuer,
            ServiceCredential signer,
            Instant now) {
        BasicOCSPRespBuilder response =
                new BasicOCSPRespBuilder(
                        new RespID(
                                new ResponderID(
                                        new DEROctetString(
                                                DigestAlgorithm.SHA_1.digest(
                                                        StatusIssuer.keyBits(
                                                                signer.certificate()))))));
        try {
            for (int i = 0; i < standings.size(); i++) {
                Standing standing = standings.get(i);
                response.addResponse(
                        new CertificateID(question.certificates().get(i)),
                        status(standing.status()),
                        Date.from(now),
                        Date.from(now.plus(LIFE)),
                        archiveCutoff(standing, issuer, now));
            }
            if (question.nonce().isPresent()) {
                response.setResponseExtensions(
                        new Extensions(
                                new Extension(
                                        OCSPObjectIdentifiers.id_pkix_ocsp_nonce,
                                        false,
                                        new DEROctetString(question.nonce().get()).getEncoded())));
            }
            X509CertificateHolder[] chain = {new X509CertificateHolder(signer.certificate().der())};
            return new OCSPRespBuilder()
                    .build(
                            OCSPRespBuilder.SUCCESSFUL,
                            response.build(
                                    new SignatureContent(signer.signer()), chain, Date.from(now)))
                    .getEncoded();
        } catch (IOException | OCSPException e) {
            throw new IllegalStateException("an answer of ours encodes", e);
        }
    }

    /// Of an expired certificate it says since when everything is remembered: since the issuer's
    /// first day (RFC 6960 4.4.4).
    private static @Nullable Extensions archiveCutoff(
            Standing standing, StatusIssuer issuer, Instant now) throws IOException {
        if (standing.notAfter().filter(now::isAfter).isEmpty()) {
            return null;
        }
        Instant since = issuer.certificate().validity().notBefore();
        return new Extensions(
                new Extension(
                        OCSPObjectIdentifiers.id_pkix_ocsp_archive_cutoff,
                        false,
                        new ASN1GeneralizedTime(Date.from(since)).getEncoded()));
    }

    /// Null stands for good, as BouncyCastle has it.
    private static @Nullable CertificateStatus status(CertStatus status) {
        return switch (status) {
            case CertStatus.Good _ -> CertificateStatus.GOOD;
            case CertStatus.Unknown _ -> new UnknownStatus();
            case CertStatus.Revoked(Instant time, RevocationReason reason) ->
                    new RevokedStatus(
                            new RevokedInfo(
                                    new ASN1GeneralizedTime(Date.from(time)),
                                    reason == RevocationReason.UNSPECIFIED
                                            ? null
                                            : CRLReason.lookup(reason.code())));
        };
    }

    private static Answer error(int status, Instant now) {
        try {
            return new Answer(
                    new OCSPRespBuilder().build(status, null).getEncoded(), false, now, now);
        } catch (IOException | OCSPException e) {
            throw new IllegalStateException("an answer of ours encodes", e);
        }
    }
}
