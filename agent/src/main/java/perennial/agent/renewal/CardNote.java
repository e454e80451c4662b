// SPDX-License-Identifier: Apache-2.0
package perennial.agent.renewal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.URI;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import perennial.card.CardSession;
import perennial.card.KeySlot;
import perennial.card.ReKeyWay;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.KeyAlgorithm;
import perennial.core.renewal.ReKeyPermission;
import perennial.core.renewal.RenewalId;

/// What the card itself remembers of the re-key that is under way, behind its PIN: enough for an
/// agent that has nothing but the card to finish it. Holds the permission's secret, which is
/// nowhere else on this side.
///
/// @param algorithm of which kind the new key is to be
/// @param permission absent until the authority has given it, and where the old key lives on
/// @param key the new key, absent until it has been made
record CardNote(
        RenewalId id,
        KeySlot slot,
        URI registrationAuthority,
        ReKeyWay way,
        KeyAlgorithm algorithm,
        Certificate old,
        Optional<ReKeyPermission> permission,
        Optional<PublicKey> key)
        implements AutoCloseable {
    private static final byte[] MAGIC = {'P', 'R', 'N', 'L', 'N', 0, 0, 1};
    private static final int CHECK = 4;

    CardNote with(ReKeyPermission given) {
        return new CardNote(
                id, slot, registrationAuthority, way, algorithm, old, Optional.of(given), key);
    }

    CardNote with(PublicKey made) {
        return new CardNote(
                id,
                slot,
                registrationAuthority,
                way,
                algorithm,
                old,
                permission,
                Optional.of(made));
    }

    /// Wipes the permission's secret and goes on without.
    CardNote withoutPermission() {
        close();
        return new CardNote(
                id, slot, registrationAuthority, way, algorithm, old, Optional.empty(), key);
    }

    RenewalSubject subject(CardNumber card) {
        return new RenewalSubject(id, card, slot, registrationAuthority);
    }

    /// The card's note; empty when there is none, or one that is not ours or not whole: it was then
    /// being written when the card lost power, before the step that it was to remember.
    static Optional<CardNote> of(CardSession session) {
        return session.note()
                .flatMap(octets -> {
                    try {
                        return read(octets);
                    } finally {
                        Arrays.fill(octets, (byte) 0);
                    }
                });
    }

    void keepOn(CardSession session) {
        byte[] octets = octets();
        try {
            session.writeNote(octets);
        } finally {
            Arrays.fill(octets, (byte) 0);
        }
    }

    /// Wipes the permission's secret.
    @Override
    public void close() {
        permission.ifPresent(ReKeyPermission::close);
    }

    /// The caller wipes them.
    byte[] octets() {
        WipedStream content = new WipedStream();
        try (DataOutputStream out = new DataOutputStream(content)) {
            out.write(MAGIC);
            out.write(id.octets());
            out.writeUTF(slot.name());
            out.writeUTF(registrationAuthority.toString());
            out.writeUTF(way.name());
            out.writeUTF(algorithm.name());
            writeOctets(out, deflated(old.der()));
            writeOctets(out, permission.map(ReKeyPermission::reference).orElse(new byte[0]));
            writeOctets(out, permission.map(ReKeyPermission::secret).orElse(new byte[0]));
            out.writeUTF(key.map(PublicKey::getAlgorithm).orElse(""));
            writeOctets(out, key.map(PublicKey::getEncoded).orElse(new byte[0]));
            out.writeInt(content.checksum());
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail to be written", e);
        }
        return content.taken();
    }

    static Optional<CardNote> read(byte[] octets) {
        int end = octets.length - CHECK;
        if (end < MAGIC.length || !Arrays.equals(MAGIC, Arrays.copyOf(octets, MAGIC.length))) {
            return Optional.empty();
        }
        try (DataInputStream in =
                new DataInputStream(
                        new ByteArrayInputStream(octets, MAGIC.length, octets.length))) {
            byte[] id = new byte[RenewalId.OCTETS];
            in.readFully(id);
            KeySlot slot = KeySlot.valueOf(in.readUTF());
            URI origin = URI.create(in.readUTF());
            ReKeyWay way = ReKeyWay.valueOf(in.readUTF());
            KeyAlgorithm kind = KeyAlgorithm.valueOf(in.readUTF());
            Certificate old = Certificate.ofDer(inflated(readOctets(in)));
            byte[] reference = readOctets(in);
            byte[] secret = readOctets(in);
            String algorithm = in.readUTF();
            byte[] key = readOctets(in);
            CRC32C crc = new CRC32C();
            crc.update(octets, 0, octets.length - CHECK);
            if (in.readInt() != (int) crc.getValue() || in.available() > 0) {
                return Optional.empty();
            }
            return Optional.of(
                    new CardNote(
                            RenewalId.ofOctets(id),
                            slot,
                            origin,
                            way,
                            kind,
                            old,
                            secret.length == 0
                                    ? Optional.empty()
                                    : Optional.of(new ReKeyPermission(reference, secret)),
                            key.length == 0
                                    ? Optional.empty()
                                    : Optional.of(JournalFormat.publicKey(algorithm, key))));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static void writeOctets(DataOutputStream out, byte[] octets) throws IOException {
        out.writeShort(octets.length);
        out.write(octets);
    }

    private static byte[] readOctets(DataInputStream in) throws IOException {
        int length = in.readUnsignedShort();
        if (length > in.available()) {
            throw new IOException("a field is longer than the note");
        }
        byte[] octets = new byte[length];
        in.readFully(octets);
        return octets;
    }

    private static byte[] deflated(byte[] der) throws IOException {
        ByteArrayOutputStream smaller = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(smaller)) {
            out.write(der);
        }
        return smaller.toByteArray();
    }

    private static byte[] inflated(byte[] octets) throws IOException {
        try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(octets))) {
            return in.readNBytes(Certificate.MAX_OCTETS);
        }
    }

    /// Shows neither permission nor key.
    @Override
    public String toString() {
        return "CardNote[%s, %s, %s]".formatted(id, slot, way);
    }

    /// Keeps no copy of what was written to it.
    private static final class WipedStream extends ByteArrayOutputStream {
        WipedStream() {
            super(CardSession.MAX_NOTE);
        }

        int checksum() {
            CRC32C crc = new CRC32C();
            crc.update(buf, 0, count);
            return (int) crc.getValue();
        }

        byte[] taken() {
            byte[] octets = toByteArray();
            Arrays.fill(buf, (byte) 0);
            return octets;
        }
    }
}
