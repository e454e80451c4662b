// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.cmp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.cmp.PKIBody;
import org.bouncycastle.asn1.cmp.PKIHeader;
import org.bouncycastle.asn1.cmp.PKIMessage;
import org.jspecify.annotations.Nullable;
import perennial.core.authority.FailInfo;
import perennial.core.certificate.Certificate;
import perennial.core.renewal.RenewalId;

/// A PKIMessage as it came in, taken apart but not yet believed.
///
/// @param header of one of the versions spoken here
/// @param id the transactionID
/// @param senderNonce of the other side, 16 octets or more
/// @param protectedPart the octets that the protection signs (RFC 9810 5.1.3)
/// @param signature the protection, if there is one
/// @param extraCerts at most [#MAX_CERTIFICATES], in their order
record ReceivedMessage(
        PKIHeader header,
        RenewalId id,
        byte[] senderNonce,
        PKIBody body,
        byte[] protectedPart,
        Optional<byte[]> signature,
        List<Certificate> extraCerts) {
    /// No message may be longer, in octets.
    static final int MAX_OCTETS = 64 * 1024;

    static final int MAX_CERTIFICATES = 8;

    static final int NONCE_OCTETS = 16;

    private static final int MAX_NONCE_OCTETS = 64;

    /// @throws InvalidMessageException when it is none of ours
    static ReceivedMessage of(byte[] octets) {
        PKIMessage message = parsed(octets);
        PKIHeader header = message.getHeader();
        byte[] protectedPart = protectedPart(octets, message);
        if (!header.getPvno().hasValue(PKIHeader.CMP_2000)
                && !header.getPvno().hasValue(PKIHeader.CMP_2021)) {
            throw new InvalidMessageException(
                    FailInfo.unsupportedVersion, "expected pvno 2 or 3, got " + header.getPvno());
        }
        return new ReceivedMessage(
                header,
                transaction(header),
                nonce(header.getSenderNonce()),
                message.getBody(),
                protectedPart,
                Optional.ofNullable(message.getProtection())
                        .map(bits -> decoded("protection", bits::getOctets)),
                certificates(message));
    }

    /// The header of octets that [#of] refuses, as far as there is one, so that a refusal can name
    /// the transaction.
    static Optional<PKIHeader> headerOf(byte[] octets) {
        try {
            return Optional.of(parsed(octets).getHeader());
        } catch (InvalidMessageException e) {
            return Optional.empty();
        }
    }

    /// Runs what reads hostile ASN.1. BouncyCastle shows malformed input by unchecked exceptions of
    /// many kinds and by null, so all of them mean that here, and nothing but decoding may happen
    /// inside.
    static <T> T decoded(String what, Supplier<T> decoding) {
        try {
            return Objects.requireNonNull(decoding.get());
        } catch (InvalidMessageException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new InvalidMessageException(FailInfo.badDataFormat, "malformed " + what, e);
        }
    }

    static byte[] der(ASN1Encodable value) {
        try {
            return value.toASN1Primitive().getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new IllegalStateException("DER is written to memory", e);
        }
    }

    private static PKIMessage parsed(byte[] octets) {
        if (octets.length > MAX_OCTETS) {
            throw new InvalidMessageException(
                    FailInfo.badDataFormat,
                    "message of %d octets, at most %d".formatted(octets.length, MAX_OCTETS));
        }
        return decoded(
                "PKIMessage",
                () -> {
                    try {
                        return PKIMessage.getInstance(
                                ASN1Sequence.getInstance(ASN1Primitive.fromByteArray(octets)));
                    } catch (IOException e) {
                        throw new IllegalArgumentException(e);
                    }
                });
    }

    /// Header and body must have come in DER: then what was signed is what was sent, octet by
    /// octet.
    private static byte[] protectedPart(byte[] octets, PKIMessage message) {
        byte[] part =
                decoded(
                        "PKIMessage",
                        () ->
                                der(
                                        new DERSequence(
                                                new ASN1Encodable[] {
                                                    message.getHeader(), message.getBody()
                                                })));
        int from = contentOffset(octets);
        int partFrom = contentOffset(part);
        int length = part.length - partFrom;
        if (from + length > octets.length
                || !Arrays.equals(octets, from, from + length, part, partFrom, part.length)) {
            throw new InvalidMessageException(FailInfo.badDataFormat, "message is not in DER");
        }
        return part;
    }

    /// Where the content of the outermost, already parsed value begins.
    private static int contentOffset(byte[] octets) {
        int length = octets[1] & 0xFF;
        return length < 0x80 ? 2 : 2 + (length & 0x7F);
    }

    private static RenewalId transaction(PKIHeader header) {
        ASN1OctetString id = header.getTransactionID();
        if (id == null || id.getOctets().length != RenewalId.OCTETS) {
            throw new InvalidMessageException(FailInfo.badRequest, "transactionID takes 16 octets");
        }
        return RenewalId.ofOctets(id.getOctets());
    }

    private static byte[] nonce(@Nullable ASN1OctetString nonce) {
        if (nonce == null
                || nonce.getOctets().length < NONCE_OCTETS
                || nonce.getOctets().length > MAX_NONCE_OCTETS) {
            throw new InvalidMessageException(
                    FailInfo.badSenderNonce, "senderNonce takes 16 octets");
        }
        return nonce.getOctets();
    }

    /// A certificate may be read and still have a serial number or a validity that is none.
    private static Certificate usable(Certificate certificate) {
        Objects.requireNonNull(certificate.id());
        Objects.requireNonNull(certificate.validity());
        return certificate;
    }

    private static List<Certificate> certificates(PKIMessage message) {
        return decoded(
                "extraCerts",
                () -> {
                    List<Certificate> certificates = new ArrayList<>();
                    ASN1Encodable[] given = message.getExtraCerts();
                    int count = given == null ? 0 : Math.min(given.length, MAX_CERTIFICATES);
                    for (int i = 0; i < count; i++) {
                        certificates.add(usable(Certificate.ofDer(der(given[i]))));
                    }
                    return List.copyOf(certificates);
                });
    }
}
