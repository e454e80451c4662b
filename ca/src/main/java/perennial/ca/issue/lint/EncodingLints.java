// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.lint;

import static perennial.ca.issue.lint.Lint.unless;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ASN1Boolean;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.x509.Extension;

/// One way only to write a value down: the distinguished encoding rules.
final class EncodingLints {
    static final List<Lint<Candidate>> ALL =
            List.of(
                    new Lint<>("is DER", "RFC 5280 4.1", EncodingLints::isDer),
                    new Lint<>(
                            "extension values are DER",
                            "RFC 5280 4.2",
                            EncodingLints::extensionValues),
                    new Lint<>(
                            "default values are left out", "X.690 11.5", EncodingLints::defaults),
                    new Lint<>(
                            "key usage ends with a bit that is set",
                            "X.690 11.2.2",
                            EncodingLints::namedBits));

    private EncodingLints() {}

    private static Optional<String> isDer(Candidate candidate) {
        return unless(isDer(candidate.der()), "encodes differently");
    }

    private static Optional<String> extensionValues(Candidate candidate) {
        return candidate.extensionIds().stream()
                .filter(oid -> !isDer(valueOctets(candidate, oid)))
                .map(oid -> "value of " + oid)
                .findFirst();
    }

    private static boolean isDer(byte[] octets) {
        try {
            ASN1Primitive read = ASN1Primitive.fromByteArray(octets);
            return Arrays.equals(read.getEncoded(ASN1Encoding.DER), octets) && booleansAreDer(read);
        } catch (IOException e) {
            return false;
        }
    }

    /// BouncyCastle writes a BOOLEAN as it read it; only 00 and FF are DER (X.690 11.1).
    private static boolean booleansAreDer(ASN1Primitive value) throws IOException {
        return switch (value) {
            case ASN1Boolean bool ->
                    Arrays.equals(
                            bool.getEncoded(), ASN1Boolean.getInstance(bool.isTrue()).getEncoded());
            case ASN1Sequence sequence -> allAreDer(sequence);
            case ASN1Set set -> allAreDer(set);
            case ASN1TaggedObject tagged when tagged.isExplicit() ->
                    booleansAreDer(tagged.getExplicitBaseObject().toASN1Primitive());
            default -> true;
        };
    }

    private static boolean allAreDer(Iterable<ASN1Encodable> values) throws IOException {
        for (ASN1Encodable value : values) {
            if (!booleansAreDer(value.toASN1Primitive())) {
                return false;
            }
        }
        return true;
    }

    private static Optional<String> defaults(Candidate candidate) {
        for (ASN1Encodable extension : extensions(candidate)) {
            ASN1Sequence parts = ASN1Sequence.getInstance(extension);
            if (parts.size() > 2 && isFalse(parts.getObjectAt(1))) {
                return Optional.of("critical FALSE in " + parts.getObjectAt(0));
            }
        }
        return candidate
                .value(Extension.basicConstraints)
                .map(ASN1Sequence::getInstance)
                .filter(constraints -> constraints.size() > 0)
                .filter(constraints -> isFalse(constraints.getObjectAt(0)))
                .map(constraints -> "cA FALSE in basic constraints");
    }

    private static boolean isFalse(ASN1Encodable value) {
        return value.toASN1Primitive() instanceof ASN1Boolean bool && !bool.isTrue();
    }

    /// As they stand there: the class for extensions forgets what was written.
    private static ASN1Sequence extensions(Candidate candidate) {
        ASN1Sequence tbs = ASN1Sequence.getInstance(candidate.der());
        return ASN1Sequence.getInstance(
                ASN1TaggedObject.getInstance(tbs.getObjectAt(tbs.size() - 1)), true);
    }

    private static Optional<String> namedBits(Candidate candidate) {
        return candidate
                .value(Extension.keyUsage)
                .map(ASN1BitString::getInstance)
                .filter(bits -> bits.getBytes().length > 0)
                .filter(bits -> !lastBit(bits))
                .map(bits -> "%d bits, the last is 0".formatted(length(bits)));
    }

    private static boolean lastBit(ASN1BitString bits) {
        byte[] octets = bits.getBytes();
        return (octets[octets.length - 1] >> bits.getPadBits() & 1) == 1;
    }

    private static int length(ASN1BitString bits) {
        return bits.getBytes().length * 8 - bits.getPadBits();
    }

    private static byte[] valueOctets(Candidate candidate, ASN1ObjectIdentifier oid) {
        return candidate.tbs().getExtensions().getExtension(oid).getExtnValue().getOctets();
    }
}
