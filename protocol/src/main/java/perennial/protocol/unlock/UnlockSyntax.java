// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.unlock;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1IA5String;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERGeneralizedTime;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import perennial.core.advice.Problem;
import perennial.core.certificate.CardNumber;

/// The messages in DER, strictly: what is read is encoded again and must be the same. For people
/// who carry them by hand there is a text form (RFC 7468).
final class UnlockSyntax {
    static final int VERSION = 1;
    static final int MAX_OCTETS = 48 * 1024;
    private static final String LABEL = "PERENNIAL UNLOCK MESSAGE";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private UnlockSyntax() {}

    /// The constant answer to everything that is refused.
    static byte[] refusal() {
        return der(DERNull.INSTANCE);
    }

    static boolean isRefusal(byte[] message) {
        return Arrays.equals(message, refusal());
    }

    static DERSequence sequence(ASN1Encodable... parts) {
        return new DERSequence(parts);
    }

    static ASN1Encodable octets(byte[] octets) {
        return new DEROctetString(octets);
    }

    static ASN1Encodable text(CardNumber card) {
        return new DERIA5String(card.value());
    }

    static ASN1Encodable time(Instant instant) {
        return new DERGeneralizedTime(TIME.format(instant));
    }

    static ASN1Encodable version() {
        return new ASN1Integer(VERSION);
    }

    static byte[] der(ASN1Encodable value) {
        try {
            return value.toASN1Primitive().getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new IllegalStateException("encodes in memory", e);
        }
    }

    /// What reads one message.
    interface Reading<T> {
        T of(ASN1Sequence message);
    }

    /// @param problem what it is when the octets are not the message
    static <T> T read(byte[] message, Problem problem, Reading<T> reading) {
        if (message.length > MAX_OCTETS) {
            throw new UnlockMessageException(
                    problem, "a message of %d octets".formatted(message.length));
        }
        try {
            ASN1Sequence sequence = ASN1Sequence.getInstance(ASN1Primitive.fromByteArray(message));
            if (!Arrays.equals(der(sequence), message)) {
                throw new UnlockMessageException(problem, "not in DER");
            }
            return reading.of(sequence);
        } catch (UnlockMessageException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new UnlockMessageException(problem, "not a message of the unlock protocol", e);
        }
    }

    static void requireVersion(ASN1Sequence body, int parts) {
        if (!ASN1Integer.getInstance(body.getObjectAt(0)).hasValue(VERSION)
                || body.size() != parts) {
            throw new IllegalArgumentException("expected version 1");
        }
    }

    static byte[] octets(ASN1Sequence sequence, int at, int length) {
        byte[] octets = ASN1OctetString.getInstance(sequence.getObjectAt(at)).getOctets();
        if (octets.length != length) {
            throw new IllegalArgumentException("expected %d octets".formatted(length));
        }
        return octets;
    }

    static CardNumber card(ASN1Sequence sequence, int at) {
        return new CardNumber(ASN1IA5String.getInstance(sequence.getObjectAt(at)).getString());
    }

    static Instant time(ASN1Sequence sequence, int at) {
        try {
            return TIME.parse(
                    ASN1GeneralizedTime.getInstance(sequence.getObjectAt(at)).getTimeString(),
                    Instant::from);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("expected a time in UTC and whole seconds", e);
        }
    }

    static String text(byte[] message) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(message);
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(LABEL, base64, LABEL);
    }

    static boolean isText(byte[] message) {
        byte[] begin = "-----BEGIN ".getBytes(StandardCharsets.US_ASCII);
        return message.length > begin.length
                && Arrays.equals(message, 0, begin.length, begin, 0, begin.length);
    }

    /// Either form; what stands around the text form is passed over.
    static byte[] octets(byte[] textOrDer, Problem problem) {
        String text = new String(textOrDer, StandardCharsets.ISO_8859_1);
        String begin = "-----BEGIN " + LABEL + "-----";
        int from = text.indexOf(begin);
        int to = text.indexOf("-----END " + LABEL + "-----");
        if (from < 0) {
            return textOrDer;
        }
        List<String> lines =
                text.substring(from + begin.length(), Math.max(to, from + begin.length()))
                        .lines()
                        .map(String::strip)
                        .toList();
        try {
            return Base64.getDecoder().decode(String.join("", lines));
        } catch (IllegalArgumentException e) {
            throw new UnlockMessageException(problem, "not Base64", e);
        }
    }
}
