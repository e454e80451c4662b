// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.cmp.CMPCertificate;
import org.bouncycastle.asn1.cmp.CertConfirmContent;
import org.bouncycastle.asn1.cmp.CertOrEncCert;
import org.bouncycastle.asn1.cmp.CertRepMessage;
import org.bouncycastle.asn1.cmp.CertResponse;
import org.bouncycastle.asn1.cmp.CertStatus;
import org.bouncycastle.asn1.cmp.CertifiedKeyPair;
import org.bouncycastle.asn1.cmp.ErrorMsgContent;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIConfirmContent;
import org.bouncycastle.asn1.cmp.PKIFailureInfo;
import org.bouncycastle.asn1.cmp.PKIFreeText;
import org.bouncycastle.asn1.cmp.PKIStatus;
import org.bouncycastle.asn1.cmp.PKIStatusInfo;
import org.bouncycastle.asn1.cmp.PollRepContent;
import org.bouncycastle.asn1.cmp.PollReqContent;
import org.bouncycastle.asn1.cmp.RevReqContent;
import org.bouncycastle.asn1.cms.EnvelopedData;
import org.bouncycastle.asn1.crmf.CertReqMessages;
import org.bouncycastle.asn1.crmf.EncryptedKey;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.CertificationRequest;
import org.jspecify.annotations.Nullable;
import perennial.core.authority.FailInfo;
import perennial.core.certificate.Certificate;

/// Writes and reads the bodies of messages (RFC 9810 5.1.2, 5.3).
final class CmpBodies {
    /// Longer waits are asked again anyway.
    private static final int MAX_CHECK_AFTER_SECONDS = 7 * 24 * 3600;

    private static final int MAX_TEXT_LENGTH = 400;

    private static final Map<ASN1ObjectIdentifier, String> HASH_NAMES =
            Map.of(
                    NISTObjectIdentifiers.id_sha256, "SHA-256",
                    NISTObjectIdentifiers.id_sha384, "SHA-384",
                    NISTObjectIdentifiers.id_sha512, "SHA-512");

    private CmpBodies() {}

    /// @throws InvalidMessageException for a body that is malformed or not spoken here
    static CmpMessage read(PKIBody body) {
        return ReceivedMessage.decoded(
                "body",
                () ->
                        switch (body.getType()) {
                            case PKIBody.TYPE_KEY_UPDATE_REQ ->
                                    new CmpMessage.Kur(
                                            CertRequests.read(
                                                    CertReqMessages.getInstance(
                                                            body.getContent())));
                            case PKIBody.TYPE_INIT_REQ ->
                                    new CmpMessage.Ir(
                                            CertRequests.read(
                                                    CertReqMessages.getInstance(
                                                            body.getContent())));
                            case PKIBody.TYPE_CERT_REQ ->
                                    new CmpMessage.Cr(
                                            CertRequests.read(
                                                    CertReqMessages.getInstance(
                                                            body.getContent())));
                            case PKIBody.TYPE_P10_CERT_REQ ->
                                    new CmpMessage.P10cr(
                                            CertRequests.read(
                                                    CertificationRequest.getInstance(
                                                            body.getContent())));
                            case PKIBody.TYPE_REVOCATION_REQ ->
                                    Revocations.readRequest(
                                            RevReqContent.getInstance(body.getContent()));
                            case PKIBody.TYPE_REVOCATION_REP ->
                                    Revocations.readResponse(body.getContent());
                            case PKIBody.TYPE_GEN_MSG -> GeneralMessages.readQuestion(body);
                            case PKIBody.TYPE_GEN_REP -> GeneralMessages.readAnswer(body);
                            case PKIBody.TYPE_KEY_UPDATE_REP,
                                    PKIBody.TYPE_INIT_REP,
                                    PKIBody.TYPE_CERT_REP ->
                                    readRep(CertRepMessage.getInstance(body.getContent()));
                            case PKIBody.TYPE_CERT_CONFIRM ->
                                    readCertConf(CertConfirmContent.getInstance(body.getContent()));
                            case PKIBody.TYPE_CONFIRM -> new CmpMessage.PkiConf();
                            case PKIBody.TYPE_POLL_REQ ->
                                    readPollReq(PollReqContent.getInstance(body.getContent()));
                            case PKIBody.TYPE_POLL_REP ->
                                    readPollRep(PollRepContent.getInstance(body.getContent()));
                            case PKIBody.TYPE_ERROR ->
                                    readError(ErrorMsgContent.getInstance(body.getContent()));
                            default ->
                                    throw new InvalidMessageException(
                                            FailInfo.badRequest, "body of type " + body.getType());
                        });
    }

    /// The response that carries the certificate.
    static PKIBody rep(RequestKind kind, Certificate certificate) {
        return granted(kind, new CertOrEncCert(CMPCertificate.getInstance(certificate.der())));
    }

    static PKIBody encryptedRep(RequestKind kind, EnvelopedData certificate) {
        return granted(kind, new CertOrEncCert(new EncryptedKey(certificate)));
    }

    static PKIBody repRefused(RequestKind kind, FailInfo reason, String text) {
        return rep(kind, refusal(reason, text), null);
    }

    static PKIBody repWaiting(RequestKind kind) {
        return rep(kind, new PKIStatusInfo(PKIStatus.waiting), null);
    }

    static PKIBody certConf(byte[] certHash) {
        return new PKIBody(
                PKIBody.TYPE_CERT_CONFIRM,
                CertConfirmContent.getInstance(
                        new DERSequence(
                                new CertStatus(
                                        certHash, BigInteger.valueOf(CertRequests.CERT_REQ_ID)))));
    }

    static PKIBody pkiConf() {
        return new PKIBody(PKIBody.TYPE_CONFIRM, new PKIConfirmContent());
    }

    static PKIBody pollReq() {
        return new PKIBody(
                PKIBody.TYPE_POLL_REQ,
                new PollReqContent(BigInteger.valueOf(CertRequests.CERT_REQ_ID)));
    }

    static PKIBody pollRep(RequestKind kind, Duration checkAfter) {
        return new PKIBody(
                PKIBody.TYPE_POLL_REP,
                new PollRepContent(new ASN1Integer(kind.certReqId()), checkAfter(checkAfter)));
    }

    static PKIBody error(FailInfo reason, String text) {
        return new PKIBody(PKIBody.TYPE_ERROR, new ErrorMsgContent(refusal(reason, text)));
    }

    private static PKIBody granted(RequestKind kind, CertOrEncCert certificate) {
        return rep(kind, new PKIStatusInfo(PKIStatus.granted), new CertifiedKeyPair(certificate));
    }

    private static PKIBody rep(
            RequestKind kind, PKIStatusInfo status, @Nullable CertifiedKeyPair pair) {
        CertResponse response =
                new CertResponse(new ASN1Integer(kind.certReqId()), status, pair, null);
        return new PKIBody(kind.reply(), new CertRepMessage(null, new CertResponse[] {response}));
    }

    static PKIStatusInfo refusal(FailInfo reason, String text) {
        byte[] bits = new byte[reason.bit() / 8 + 1];
        bits[reason.bit() / 8] = (byte) (0x80 >>> reason.bit() % 8);
        int unused = 7 - reason.bit() % 8;
        return new PKIStatusInfo(
                PKIStatus.rejection,
                new PKIFreeText(text),
                new PKIFailureInfo(new DERBitString(bits, unused)));
    }

    private static CmpMessage readRep(CertRepMessage message) {
        CertResponse[] responses = message.getResponse();
        if (responses.length != 1 || !responses[0].getCertReqId().hasValue(0)) {
            throw new InvalidMessageException(
                    FailInfo.badDataFormat, "expected one response, to request 0");
        }
        PKIStatusInfo status = responses[0].getStatus();
        CertifiedKeyPair pair = responses[0].getCertifiedKeyPair();
        int code = status.getStatus().intValueExact();
        if (code == PKIStatus.GRANTED || code == PKIStatus.GRANTED_WITH_MODS) {
            if (pair == null) {
                throw new InvalidMessageException(
                        FailInfo.badDataFormat, "granted without a certificate");
            }
            return certificate(pair.getCertOrEncCert());
        }
        return unGranted(status);
    }

    private static CmpMessage certificate(CertOrEncCert certificate) {
        if (!certificate.hasEncryptedCertificate()) {
            return new CmpMessage.Kup(
                    Certificate.ofDer(ReceivedMessage.der(certificate.getCertificate())));
        }
        EncryptedKey encrypted = certificate.getEncryptedCert();
        if (encrypted.isEncryptedValue()) {
            throw new InvalidMessageException(
                    FailInfo.badDataFormat, "expected EnvelopedData, got EncryptedValue");
        }
        return new CmpMessage.EncryptedKup(EnvelopedData.getInstance(encrypted.getValue()));
    }

    static CmpMessage unGranted(PKIStatusInfo status) {
        int code = status.getStatus().intValueExact();
        if (code == PKIStatus.WAITING) {
            return new CmpMessage.Waiting();
        }
        if (code == PKIStatus.REJECTION) {
            return new CmpMessage.Refusal(failInfo(status.getFailInfo()), text(status));
        }
        throw new InvalidMessageException(FailInfo.badDataFormat, "status " + code);
    }

    private static CmpMessage readError(ErrorMsgContent error) {
        return unGranted(error.getPKIStatusInfo());
    }

    private static CmpMessage readCertConf(CertConfirmContent content) {
        CertStatus[] all = content.toCertStatusArray();
        if (all.length == 0) {
            return new CmpMessage.CertConf(
                    Optional.empty(),
                    Optional.empty(),
                    CertRequests.CERT_REQ_ID,
                    false,
                    "rejected without a reason");
        }
        int certReqId = all[0].getCertReqId().intValueExact();
        if (all.length > 1) {
            throw new InvalidMessageException(FailInfo.badRequest, "expected one status");
        }
        PKIStatusInfo status = all[0].getStatusInfo();
        int code = status == null ? PKIStatus.GRANTED : status.getStatus().intValueExact();
        if (code != PKIStatus.GRANTED && code != PKIStatus.REJECTION) {
            throw new InvalidMessageException(FailInfo.badRequest, "status " + code);
        }
        Optional<String> hashName = Optional.empty();
        if (all[0].getHashAlg() != null) {
            ASN1ObjectIdentifier hash = all[0].getHashAlg().getAlgorithm();
            if (!HASH_NAMES.containsKey(hash)) {
                throw new InvalidMessageException(FailInfo.badAlg, "hashAlg " + hash);
            }
            hashName = Optional.ofNullable(HASH_NAMES.get(hash));
        }
        return new CmpMessage.CertConf(
                Optional.of(all[0].getCertHash().getOctets()),
                hashName,
                certReqId,
                code == PKIStatus.GRANTED,
                status == null ? "" : text(status));
    }

    /// RFC 9483 4.4: the id is that of the request, or -1 where an error said waiting.
    private static CmpMessage readPollReq(PollReqContent content) {
        BigInteger[] ids = content.getCertReqIdValues();
        if (ids.length != 1 || ids[0].signum() > 0) {
            throw new InvalidMessageException(FailInfo.badRequest, "expected to be asked for 0");
        }
        return new CmpMessage.PollReq();
    }

    private static CmpMessage readPollRep(PollRepContent content) {
        if (content.size() != 1) {
            throw new InvalidMessageException(FailInfo.badDataFormat, "expected one answer");
        }
        return new CmpMessage.PollRep(checkAfter(content.getCheckAfter(0)));
    }

    /// Between a second and a week.
    static Duration checkAfter(ASN1Integer seconds) {
        BigInteger bounded =
                seconds.getValue()
                        .max(BigInteger.ONE)
                        .min(BigInteger.valueOf(MAX_CHECK_AFTER_SECONDS));
        return Duration.ofSeconds(bounded.intValueExact());
    }

    /// The same bounds, to be written.
    static ASN1Integer checkAfter(Duration wait) {
        return new ASN1Integer(Math.clamp(wait.toSeconds(), 1, MAX_CHECK_AFTER_SECONDS));
    }

    /// The first bit that is set; systemFailure when none is.
    static FailInfo failInfo(@Nullable ASN1BitString bits) {
        if (bits != null) {
            byte[] octets = bits.getBytes();
            for (FailInfo info : FailInfo.values()) {
                int octet = info.bit() / 8;
                if (octet < octets.length && (octets[octet] & 0x80 >>> info.bit() % 8) != 0) {
                    return info;
                }
            }
        }
        return FailInfo.systemFailure;
    }

    /// What comes from outside goes to logs: one line, of bounded length.
    static String text(PKIStatusInfo status) {
        PKIFreeText text = status.getStatusString();
        if (text == null || text.size() == 0) {
            return "";
        }
        String line = text.getStringAtUTF8(0).getString().replaceAll("\\p{Cntrl}", " ").strip();
        return line.substring(0, Math.min(line.length(), MAX_TEXT_LENGTH));
    }
}
