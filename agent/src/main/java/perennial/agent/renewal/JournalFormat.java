// SPDX-License-Identifier: Apache-2.0
package perennial.agent.renewal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import perennial.card.KeySlot;
import perennial.core.authority.FailInfo;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.SerialNumber;
import perennial.core.renewal.RenewalEvent;
import perennial.core.renewal.RenewalId;
import perennial.core.renewal.RenewalKind;

/// Octets of one renewal's file, version 1: eight octets that name format and version, then
/// records. A record is its payload's length (4 octets, big-endian), the payload, and the CRC-32C
/// of both (RFC 3720 B.4). The first payload is the subject, each other one fact.
final class JournalFormat {
    /// No file of an honest journal is longer: some ten facts, two certificates.
    static final int MAX_FILE = 256 * 1024;

    private static final byte[] MAGIC = {'P', 'R', 'N', 'L', 'J', 0, 0, 1};
    private static final int MAX_PAYLOAD = 32 * 1024;
    private static final int MAX_TEXT = 512;
    private static final int SUBJECT = 0;
    private static final int REQUESTED = 1;
    private static final int APPROVED = 2;
    private static final int ISSUED = 3;
    private static final int INSTALLED = 4;
    private static final int CONFIRMED = 5;
    private static final int REJECTED = 6;
    private static final int KEY_GENERATED = 7;
    private static final int RETIRED = 8;

    private JournalFormat() {}

    /// @param validOctets how much of the file counts; what follows is the beginning of a record
    ///   that was never finished
    record Content(JournalledRenewal renewal, int validOctets) {}

    /// The file's octets are not what this format writes, and not because the last write broke off.
    static final class DamagedException extends Exception {
        private static final long serialVersionUID = 1L;

        DamagedException(String message) {
            super(message);
        }

        DamagedException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /// A new file with its subject and first fact.
    static byte[] begin(RenewalSubject subject, RenewalEvent.Requested requested) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(MAGIC);
        file.writeBytes(record(payload(out -> writeSubject(out, subject))));
        file.writeBytes(record(requested));
        return file.toByteArray();
    }

    static byte[] record(RenewalEvent event) {
        return record(payload(out -> writeEvent(out, event)));
    }

    static Content read(byte[] file) throws DamagedException {
        if (file.length < MAGIC.length
                || !Arrays.equals(file, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new DamagedException("not a renewal journal of version 1");
        }
        List<byte[]> payloads = new ArrayList<>();
        int at = MAGIC.length;
        for (Optional<byte[]> next = recordAt(file, at);
                next.isPresent();
                next = recordAt(file, at)) {
            payloads.add(next.get());
            at += next.get().length + 8;
        }
        // Records are written one after the other, each on disk before the next: a good one behind
        // a bad one means that the bad one was good once.
        for (int later = at + 1; later < file.length; later++) {
            if (recordAt(file, later).isPresent()) {
                throw new DamagedException("record at octet %d is damaged".formatted(at));
            }
        }
        if (payloads.size() < 2) {
            // Subject and first fact appear together, by the renaming of a finished file.
            throw new DamagedException("subject or first fact is damaged");
        }
        try {
            RenewalSubject subject = readSubject(payloads.getFirst());
            List<RenewalEvent> events = new ArrayList<>();
            for (byte[] payload : payloads.subList(1, payloads.size())) {
                events.add(readEvent(payload));
            }
            return new Content(new JournalledRenewal(subject, events), at);
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            throw new DamagedException("a record is whole but says nothing sensible", e);
        }
    }

    private static Optional<byte[]> recordAt(byte[] file, int at) {
        if (file.length - at < 9) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(file, at, file.length - at);
        int length = buffer.getInt();
        if (length < 1 || length > MAX_PAYLOAD || length > buffer.remaining() - 4) {
            return Optional.empty();
        }
        byte[] payload = new byte[length];
        buffer.get(payload);
        return buffer.getInt() == checksum(length, payload)
                ? Optional.of(payload)
                : Optional.empty();
    }

    private static byte[] record(byte[] payload) {
        return ByteBuffer.allocate(payload.length + 8)
                .putInt(payload.length)
                .put(payload)
                .putInt(checksum(payload.length, payload))
                .array();
    }

    private static int checksum(int length, byte[] payload) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(4).putInt(length).flip());
        crc.update(payload);
        return (int) crc.getValue();
    }

    private static void writeSubject(DataOutputStream out, RenewalSubject subject)
            throws IOException {
        out.writeByte(SUBJECT);
        out.write(subject.id().octets());
        out.writeUTF(subject.cardNumber().value());
        out.writeUTF(subject.slot().name());
        out.writeUTF(subject.registrationAuthority().toString());
    }

    private static RenewalSubject readSubject(byte[] payload) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload));
        expect(in.readUnsignedByte() == SUBJECT, "the first record is not the subject");
        byte[] id = new byte[RenewalId.OCTETS];
        in.readFully(id);
        RenewalSubject subject =
                new RenewalSubject(
                        RenewalId.ofOctets(id),
                        new CardNumber(in.readUTF()),
                        KeySlot.valueOf(in.readUTF()),
                        URI.create(in.readUTF()));
        expect(in.available() == 0, "the subject is too long");
        return subject;
    }

    private static void writeEvent(DataOutputStream out, RenewalEvent event) throws IOException {
        switch (event) {
            case RenewalEvent.Requested(var kind, var old, _) -> {
                out.writeByte(REQUESTED);
                out.writeUTF(kind.name());
                writeOctets(out, old.der());
            }
            case RenewalEvent.Approved _ -> out.writeByte(APPROVED);
            case RenewalEvent.Issued(var certificate, _) -> {
                out.writeByte(ISSUED);
                writeOctets(out, certificate.der());
            }
            case RenewalEvent.Installed(var serial, _) -> {
                out.writeByte(INSTALLED);
                writeOctets(out, serial.value().toByteArray());
            }
            case RenewalEvent.Confirmed(var serial, _) -> {
                out.writeByte(CONFIRMED);
                writeOctets(out, serial.value().toByteArray());
            }
            case RenewalEvent.KeyGenerated(var key, _) -> {
                out.writeByte(KEY_GENERATED);
                out.writeUTF(key.getAlgorithm());
                writeOctets(out, key.getEncoded());
            }
            case RenewalEvent.Retired(var serial, _) -> {
                out.writeByte(RETIRED);
                writeOctets(out, serial.value().toByteArray());
            }
            case RenewalEvent.Rejected(var reason, var text, _) -> {
                out.writeByte(REJECTED);
                out.writeUTF(reason.name());
                out.writeUTF(text.substring(0, Math.min(text.length(), MAX_TEXT)));
            }
        }
        writeInstant(out, event.at());
    }

    private static RenewalEvent readEvent(byte[] payload) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload));
        int kind = in.readUnsignedByte();
        RenewalEvent event =
                switch (kind) {
                    case REQUESTED ->
                            new RenewalEvent.Requested(
                                    RenewalKind.valueOf(in.readUTF()),
                                    Certificate.ofDer(readOctets(in)),
                                    readInstant(in));
                    case APPROVED -> new RenewalEvent.Approved(readInstant(in));
                    case ISSUED ->
                            new RenewalEvent.Issued(
                                    Certificate.ofDer(readOctets(in)), readInstant(in));
                    case INSTALLED -> new RenewalEvent.Installed(readSerial(in), readInstant(in));
                    case CONFIRMED -> new RenewalEvent.Confirmed(readSerial(in), readInstant(in));
                    case REJECTED ->
                            new RenewalEvent.Rejected(
                                    FailInfo.valueOf(in.readUTF()), in.readUTF(), readInstant(in));
                    case KEY_GENERATED ->
                            new RenewalEvent.KeyGenerated(readKey(in), readInstant(in));
                    case RETIRED -> new RenewalEvent.Retired(readSerial(in), readInstant(in));
                    default -> throw new IOException("no fact of kind " + kind);
                };
        expect(in.available() == 0, "a fact is too long");
        return event;
    }

    /// In milliseconds since 1970: facts are ordered by their place, the time is for people.
    private static void writeInstant(DataOutputStream out, Instant at) throws IOException {
        out.writeLong(at.toEpochMilli());
    }

    private static Instant readInstant(DataInputStream in) throws IOException {
        return Instant.ofEpochMilli(in.readLong());
    }

    private static SerialNumber readSerial(DataInputStream in) throws IOException {
        byte[] octets = readOctets(in);
        expect(octets.length > 0, "a serial number has an octet at least");
        return new SerialNumber(new BigInteger(octets));
    }

    private static PublicKey readKey(DataInputStream in) throws IOException {
        return publicKey(in.readUTF(), readOctets(in));
    }

    /// @param encoded SubjectPublicKeyInfo
    static PublicKey publicKey(String algorithm, byte[] encoded) throws IOException {
        try {
            return KeyFactory.getInstance(algorithm)
                    .generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException e) {
            throw new IOException("not a public key", e);
        }
    }

    private static void writeOctets(DataOutputStream out, byte[] octets) throws IOException {
        out.writeInt(octets.length);
        out.write(octets);
    }

    private static byte[] readOctets(DataInputStream in) throws IOException {
        int length = in.readInt();
        expect(length >= 0 && length <= in.available(), "a field is longer than its record");
        byte[] octets = new byte[length];
        in.readFully(octets);
        return octets;
    }

    private static void expect(boolean sensible, String otherwise) throws IOException {
        if (!sensible) {
            throw new IOException(otherwise);
        }
    }

    private static byte[] payload(Fields writer) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(octets)) {
            writer.write(out);
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail to be written", e);
        }
        return octets.toByteArray();
    }

    @FunctionalInterface
    private interface Fields {
        void write(DataOutputStream out) throws IOException;
    }
}
