// SPDX-License-Identifier: Apache-2.0
package perennial.ca.ocsp;

import java.io.IOException;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.CertID;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.ResponderID;
import org.bouncycastle.asn1.ocsp.RevokedInfo;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
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
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.RevocationReason;
import perennial.core.certificate.SerialNumber;

/// Answers what the status of a certificate is now (RFC 6960, in the profile of RFC 5019). Each
/// answer is made when it is asked for, so it is never older than the question.
public final class OcspResponder {
    private static final System.Logger LOG = System.getLogger(OcspResponder.class.getName());
    private static final Duration LIFE = Duration.ofHours(1);
    private static final int MAX_SERIAL_OCTETS = 20;

    private final Map<ASN1ObjectIdentifier, IssuerHashes> issuer;
    private final Function<SerialNumber, CertStatus> statuses;
    private final Supplier<ServiceCredential> signer;
    private final Clock clock;

    /// @param signer asked for each answer, so that it can be renewed while the service runs
    public OcspResponder(
            Certificate issuer,
            Function<SerialNumber, CertStatus> statuses,
            Supplier<ServiceCredential> signer,
            Clock clock) {
        this.issuer =
                Map.of(
                        OIWObjectIdentifiers.idSHA1, IssuerHashes.of(issuer, "SHA-1"),
                        NISTObjectIdentifiers.id_sha256, IssuerHashes.of(issuer, "SHA-256"));
        this.statuses = statuses;
        this.signer = signer;
        this.clock = clock;
    }

    /// @param cacheable whether it may be kept: it is no error and answers nobody's nonce
    record Answer(byte[] der, boolean cacheable, Instant thisUpdate, Instant nextUpdate) {}

    /// The issuer as a CertID names it (RFC 6960 4.1.1).
    private record IssuerHashes(byte[] name, byte[] key) {
        static IssuerHashes of(Certificate issuer, String algorithm) {
            return new IssuerHashes(
                    digest(algorithm, issuer.subject().getEncoded()),
                    digest(algorithm, keyBits(issuer)));
        }
    }

    /// DER in, DER out; errors are answers too (RFC 6960 4.2.1).
    public byte[] respond(byte[] request) {
        return answer(request).der();
    }

    Answer answer(byte[] request) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        Optional<Question> question = Question.read(request);
        if (question.isEmpty()) {
            return error(OCSPRespBuilder.MALFORMED_REQUEST, now);
        }
        // Our signer may speak for our issuer only (RFC 6960 4.2.2.2); RFC 5019 2.2.3 has this
        // answer for all others.
        if (question.get().certificates().stream().noneMatch(this::isOurs)) {
            return error(OCSPRespBuilder.UNAUTHORIZED, now);
        }
        try {
            byte[] der = sign(question.get(), now);
            return new Answer(der, !question.get().hadNonce(), now, now.plus(LIFE));
        } catch (CaException e) {
            LOG.log(System.Logger.Level.ERROR, "status cannot be told now", e);
            return error(OCSPRespBuilder.TRY_LATER, now);
        }
    }

    private boolean isOurs(CertID certificate) {
        IssuerHashes expected = issuer.get(certificate.getHashAlgorithm().getAlgorithm());
        return expected != null
                && Arrays.equals(expected.name(), certificate.getIssuerNameHash().getOctets())
                && Arrays.equals(expected.key(), certificate.getIssuerKeyHash().getOctets());
    }

    private byte[] sign(Question question, Instant now) {
        ServiceCredential responder = signer.get();
        BasicOCSPRespBuilder response =
                new BasicOCSPRespBuilder(
                        new RespID(
                                new ResponderID(
                                        new DEROctetString(
                                                digest(
                                                        "SHA-1",
                                                        keyBits(responder.certificate()))))));
        for (CertID certificate : question.certificates()) {
            response.addResponse(
                    new CertificateID(certificate),
                    status(certificate),
                    Date.from(now),
                    Date.from(now.plus(LIFE)),
                    null);
        }
        try {
            if (question.nonce().isPresent()) {
                response.setResponseExtensions(
                        new Extensions(
                                new Extension(
                                        OCSPObjectIdentifiers.id_pkix_ocsp_nonce,
                                        false,
                                        new DEROctetString(question.nonce().get()).getEncoded())));
            }
            X509CertificateHolder[] chain = {
                new X509CertificateHolder(responder.certificate().der())
            };
            return new OCSPRespBuilder()
                    .build(
                            OCSPRespBuilder.SUCCESSFUL,
                            response.build(
                                    new SignatureContent(responder.signer()),
                                    chain,
                                    Date.from(now)))
                    .getEncoded();
        } catch (IOException | OCSPException e) {
            throw new IllegalStateException("an answer of ours encodes", e);
        }
    }

    /// Null stands for good, as BouncyCastle has it.
    private @Nullable CertificateStatus status(CertID certificate) {
        BigInteger serial = certificate.getSerialNumber().getValue();
        // No certificate has a serial number that cannot be one.
        if (!isOurs(certificate)
                || serial.signum() <= 0
                || serial.toByteArray().length > MAX_SERIAL_OCTETS) {
            return new UnknownStatus();
        }
        return switch (statuses.apply(new SerialNumber(serial))) {
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

    /// The BIT STRING's value, without tag, length and unused bits.
    private static byte[] keyBits(Certificate certificate) {
        return SubjectPublicKeyInfo.getInstance(certificate.publicKey().getEncoded())
                .getPublicKeyData()
                .getOctets();
    }

    private static byte[] digest(String algorithm, byte[] content) {
        try {
            return MessageDigest.getInstance(algorithm).digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }
}
