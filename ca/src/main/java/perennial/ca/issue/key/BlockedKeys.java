// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.key;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import perennial.ca.CaException;
import perennial.core.advice.Problem;

/// Keys that others have too: published ones, stolen ones, and those of generators that made few.
///
/// Each file of a folder is a list, one key a line, in one of two forms: SHA-256 of the
/// SubjectPublicKeyInfo (64 hexadecimal digits), or a line of Debian's openssl-blacklist (20, the
/// end of the SHA-1 of what `openssl rsa -modulus` prints). Lines that begin with `#` are comments.
/// In memory a key takes 32 or 10 octets; it is found by halving.
public final class BlockedKeys {
    /// No lists.
    public static final BlockedKeys NONE = new BlockedKeys(List.of());

    private static final int SPKI_DIGEST_OCTETS = 32;
    private static final int MODULUS_DIGEST_OCTETS = 10;

    private final List<KeyList> lists;

    private BlockedKeys(List<KeyList> lists) {
        this.lists = lists;
    }

    /// One list in order.
    ///
    /// @param sorted its digests, one behind the other, least first
    /// @param octets of one digest
    private record KeyList(String name, byte[] sorted, int octets) {
        static KeyList of(String name, List<byte[]> digests, int octets) {
            digests.sort(Arrays::compareUnsigned);
            byte[] sorted = new byte[digests.size() * octets];
            for (int i = 0; i < digests.size(); i++) {
                System.arraycopy(digests.get(i), 0, sorted, i * octets, octets);
            }
            return new KeyList(name, sorted, octets);
        }

        boolean has(byte[] digest) {
            int low = 0;
            int high = sorted.length / octets - 1;
            while (low <= high) {
                int middle = (low + high) >>> 1;
                int from = middle * octets;
                int order = Arrays.compareUnsigned(sorted, from, from + octets, digest, 0, octets);
                if (order == 0) {
                    return true;
                }
                if (order < 0) {
                    low = middle + 1;
                } else {
                    high = middle - 1;
                }
            }
            return false;
        }
    }

    /// Reads every file of the folder.
    ///
    /// @throws CaException FILE_NOT_USABLE; CONFIGURATION_INVALID with file and line when a line is
    ///   none of the forms: a list that is read by halves is worse than none
    public static BlockedKeys read(Path folder) {
        List<KeyList> lists = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                lists.addAll(lists(file));
            }
        } catch (IOException e) {
            throw new CaException(
                    Problem.FILE_NOT_USABLE, "the lists of blocked keys cannot be read", e);
        }
        return new BlockedKeys(List.copyOf(lists));
    }

    private static List<KeyList> lists(Path file) throws IOException {
        List<byte[]> keys = new ArrayList<>();
        List<byte[]> moduli = new ArrayList<>();
        int number = 0;
        for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
            number++;
            String text = line.strip();
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            byte[] digest = digest(text, file, number);
            (digest.length == SPKI_DIGEST_OCTETS ? keys : moduli).add(digest);
        }
        String name = file.getFileName().toString();
        return List.of(
                KeyList.of(name, keys, SPKI_DIGEST_OCTETS),
                KeyList.of(name, moduli, MODULUS_DIGEST_OCTETS));
    }

    private static byte[] digest(String text, Path file, int line) {
        byte[] digest;
        try {
            digest = HexFormat.of().parseHex(text);
        } catch (IllegalArgumentException e) {
            digest = new byte[0];
        }
        if (digest.length != SPKI_DIGEST_OCTETS && digest.length != MODULUS_DIGEST_OCTETS) {
            throw new CaException(
                    Problem.CONFIGURATION_INVALID,
                    "%s line %d: expected 64 or 20 hexadecimal digits, got %d characters"
                            .formatted(file, line, text.length()));
        }
        return digest;
    }

    /// How many keys are blocked.
    public int size() {
        return lists.stream().mapToInt(list -> list.sorted().length / list.octets()).sum();
    }

    /// The list that the key is on.
    Optional<String> listWith(SubjectKey key) {
        byte[] whole = digest("SHA-256", key.spki());
        Optional<byte[]> modulus = key.modulus().map(BlockedKeys::modulusDigest);
        return lists.stream()
                .filter(list ->
                        list.octets() == SPKI_DIGEST_OCTETS
                                ? list.has(whole)
                                : modulus.filter(list::has).isPresent())
                .map(KeyList::name)
                .findFirst();
    }

    private static byte[] modulusDigest(BigInteger modulus) {
        String line = "Modulus=%s\n".formatted(modulus.toString(16).toUpperCase(Locale.ROOT));
        byte[] digest = digest("SHA-1", line.getBytes(StandardCharsets.US_ASCII));
        return Arrays.copyOfRange(digest, digest.length - MODULUS_DIGEST_OCTETS, digest.length);
    }

    private static byte[] digest(String algorithm, byte[] octets) {
        try {
            return MessageDigest.getInstance(algorithm).digest(octets);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }
}
