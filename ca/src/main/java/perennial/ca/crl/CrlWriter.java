// SPDX-License-Identifier: Apache-2.0
package perennial.ca.crl;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Date;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.Time;
import perennial.ca.issue.IssuingKey;
import perennial.ca.store.RevokedRows.Entry;
import perennial.core.certificate.RevocationReason;

/// Writes a CRL of any length (RFC 5280 5.1) in constant memory: the entries go into a file as they
/// come, then what stands before them is known, then the signature. Statuses may change meanwhile;
/// each entry is read once.
final class CrlWriter {
    /// V2 (RFC 5280 5.1.2.1).
    private static final int VERSION = 1;

    /// How the names of files end that are not published yet.
    static final String UNFINISHED = ".tmp";

    private final IssuingKey key;
    private final Path folder;

    /// @param folder on the disk where the CRL will be published
    CrlWriter(IssuingKey key, Path folder) {
        this.key = key;
        this.folder = folder;
    }

    /// What stands around the entries.
    ///
    /// @param list which of the authority's CRLs it is, for the audit
    record Frame(
            String list,
            long number,
            Instant thisUpdate,
            Instant nextUpdate,
            Extensions extensions) {}

    /// Writes, signs, verifies, and comes back when everything is on the disk.
    ///
    /// @return a new file in the folder, the caller's to move or delete
    Path write(Frame frame, Iterator<Entry> entries) throws IOException {
        Path spool = fresh();
        Path list = fresh();
        Path crl = fresh();
        boolean done = false;
        try {
            writeEntries(spool, entries);
            writeList(list, frame, spool);
            Files.delete(spool);
            writeSigned(crl, list, key.signCrl(list, frame.list(), frame.number()));
            done = true;
            return crl;
        } finally {
            Files.deleteIfExists(spool);
            Files.deleteIfExists(list);
            if (!done) {
                Files.deleteIfExists(crl);
            }
        }
    }

    private Path fresh() throws IOException {
        return Files.createTempFile(folder, "building-", UNFINISHED);
    }

    private static void writeEntries(Path spool, Iterator<Entry> entries) throws IOException {
        Map<RevocationReason, Extensions> reasons = new EnumMap<>(RevocationReason.class);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(spool))) {
            while (entries.hasNext()) {
                out.write(encoded(entries.next(), reasons));
            }
        }
    }

    private static byte[] encoded(Entry entry, Map<RevocationReason, Extensions> reasons)
            throws IOException {
        ASN1EncodableVector parts = new ASN1EncodableVector();
        parts.add(new ASN1Integer(entry.serialNumber().value()));
        parts.add(new Time(Date.from(entry.time())));
        if (entry.invalidityDate().isPresent()) {
            parts.add(extensions(entry.reason(), entry.invalidityDate()));
        } else if (entry.reason() != RevocationReason.UNSPECIFIED) {
            Extensions known = reasons.get(entry.reason());
            if (known == null) {
                known = extensions(entry.reason(), Optional.empty());
                reasons.put(entry.reason(), known);
            }
            parts.add(known);
        }
        return new DERSequence(parts).getEncoded(ASN1Encoding.DER);
    }

    /// No reason code says unspecified (RFC 5280 5.3.1).
    private static Extensions extensions(RevocationReason reason, Optional<Instant> invalidityDate)
            throws IOException {
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        if (reason != RevocationReason.UNSPECIFIED) {
            extensions.addExtension(
                    Extension.reasonCode, false, CRLReason.lookup(reason.code()).toASN1Primitive());
        }
        if (invalidityDate.isPresent()) {
            extensions.addExtension(
                    Extension.invalidityDate,
                    false,
                    new ASN1GeneralizedTime(Date.from(invalidityDate.get())));
        }
        return extensions.generate();
    }

    /// The tbsCertList; a list without entries has no list (RFC 5280 5.1.2.6).
    private void writeList(Path list, Frame frame, Path spool) throws IOException {
        ByteArrayOutputStream front = new ByteArrayOutputStream();
        front.write(new ASN1Integer(VERSION).getEncoded());
        front.write(key.algorithm().getEncoded(ASN1Encoding.DER));
        front.write(key.certificate().subject().getEncoded());
        front.write(new Time(Date.from(frame.thisUpdate())).getEncoded(ASN1Encoding.DER));
        front.write(new Time(Date.from(frame.nextUpdate())).getEncoded(ASN1Encoding.DER));
        long entries = Files.size(spool);
        if (entries > 0) {
            front.write(Der.header(Der.SEQUENCE, entries));
        }
        byte[] back = new DERTaggedObject(true, 0, frame.extensions()).getEncoded(ASN1Encoding.DER);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(list))) {
            out.write(Der.header(Der.SEQUENCE, front.size() + entries + back.length));
            front.writeTo(out);
            Files.copy(spool, out);
            out.write(back);
        }
    }

    private void writeSigned(Path crl, Path list, byte[] signature) throws IOException {
        byte[] algorithm = key.algorithm().getEncoded(ASN1Encoding.DER);
        byte[] value = new DERBitString(signature).getEncoded(ASN1Encoding.DER);
        long length = Files.size(list) + algorithm.length + value.length;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(crl))) {
            out.write(Der.header(Der.SEQUENCE, length));
            Files.copy(list, out);
            out.write(algorithm);
            out.write(value);
        }
        try (FileChannel channel = FileChannel.open(crl, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }
}
