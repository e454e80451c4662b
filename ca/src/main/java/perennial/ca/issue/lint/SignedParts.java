// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.lint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.BERTags;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DEROctetString;
import perennial.ca.keys.SignatureContent;
import perennial.core.crypto.SignatureAlgorithm;

/// A certificate put together from its three parts (RFC 5280 4.1).
public final class SignedParts {
    private static final int SEQUENCE = BERTags.SEQUENCE | BERTags.CONSTRUCTED;

    private SignedParts() {}

    /// The certificate, DER. The bytes that were signed are in it octet for octet, whatever they
    /// are.
    public static byte[] assemble(byte[] tbs, SignatureAlgorithm algorithm, byte[] signature) {
        try {
            ByteArrayOutputStream parts = new ByteArrayOutputStream();
            parts.write(tbs);
            parts.write(SignatureContent.identifier(algorithm).getEncoded(ASN1Encoding.DER));
            parts.write(new DERBitString(signature).getEncoded(ASN1Encoding.DER));
            // A SEQUENCE differs from an OCTET STRING of the same octets by its tag.
            byte[] whole = new DEROctetString(parts.toByteArray()).getEncoded(ASN1Encoding.DER);
            whole[0] = (byte) SEQUENCE;
            return whole;
        } catch (IOException e) {
            throw new IllegalStateException("nothing is written but to memory", e);
        }
    }
}
