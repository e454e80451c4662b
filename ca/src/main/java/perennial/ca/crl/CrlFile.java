// SPDX-License-Identifier: Apache-2.0
package perennial.ca.crl;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Instant;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.Time;

/// A CRL in a file, and what its ends say of it. The list in between is skipped.
///
/// @param number CRLNumber (RFC 5280 5.2.3)
public record CrlFile(Path file, long number, Instant thisUpdate, Instant nextUpdate) {
    /// Version, signature algorithm and issuer stand before the times.
    private static final int BEFORE_TIMES = 3;

    /// Reads a CRL of ours.
    ///
    /// @throws IOException also when the file is no CRL
    static CrlFile read(Path path) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            Der.Frame.read(file);
            Der.Frame list = Der.Frame.read(file);
            for (int i = 0; i < BEFORE_TIMES; i++) {
                file.seek(Der.Frame.read(file).end());
            }
            Instant thisUpdate = time(file);
            Instant nextUpdate = time(file);
            Der.Frame last = Der.Frame.read(file);
            if (last.tag() == Der.SEQUENCE) {
                file.seek(last.end());
                last = Der.Frame.read(file);
            }
            if (last.end() != list.end()) {
                throw new IOException("no extensions at the end of the list");
            }
            Extensions extensions =
                    Extensions.getInstance(
                            ASN1TaggedObject.getInstance(last.encoded(file))
                                    .getExplicitBaseObject());
            ASN1Integer number =
                    ASN1Integer.getInstance(
                            extensions.getExtensionParsedValue(Extension.cRLNumber));
            return new CrlFile(path, number.longValueExact(), thisUpdate, nextUpdate);
        } catch (ParseException | RuntimeException e) {
            throw new IOException(path.getFileName() + " is no CRL", e);
        }
    }

    private static Instant time(RandomAccessFile file) throws IOException, ParseException {
        Der.Frame frame = Der.Frame.read(file);
        byte[] encoded = frame.encoded(file);
        return Time.getInstance(ASN1Primitive.fromByteArray(encoded)).getDate().toInstant();
    }
}
