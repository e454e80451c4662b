// SPDX-License-Identifier: Apache-2.0
package perennial.ca.profile;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import perennial.ca.AuthoritySettings;
import perennial.core.certificate.SerialNumber;

/// Which of an authority's CRLs lists a certificate. The CRL's address stands in the certificate,
/// so this is decided at issue and never changes: the number of partitions may, then both kinds are
/// published until the last certificate of the old kind has expired.
///
/// @param code 0 for the complete CRL, n + p for partition p of n; this is what the database keeps
public record CrlPartition(short code) {
    /// The CRL of all certificates.
    public static final CrlPartition COMPLETE = new CrlPartition((short) 0);

    /// More would be smaller than what HTTP takes around them.
    public static final int MOST = 256;

    private static final String OF = "-of-";
    private static final String DELTA = "-delta";
    private static final Pattern SUFFIX = Pattern.compile("(?:-(\\d{1,3})-of-(\\d{1,3}))?");

    public CrlPartition {
        if (code < 0 || code == 1 || code >= 2 * MOST) {
            throw new IllegalArgumentException("no partition has the code " + code);
        }
    }

    /// The partition of a serial number: its lowest bits, which differ also between numbers that
    /// were counted up.
    ///
    /// @param partitions a power of two, at most 256; one stands for the complete CRL
    public static CrlPartition of(SerialNumber serialNumber, int partitions) {
        requirePowerOfTwo(partitions);
        return partitions == 1
                ? COMPLETE
                : of(serialNumber.value().intValue() & (partitions - 1), partitions);
    }

    /// Partition p of n.
    public static CrlPartition of(int partition, int partitions) {
        return new CrlPartition((short) (partitions + partition));
    }

    /// @throws IllegalArgumentException when it is no number of partitions
    public static void requirePowerOfTwo(int partitions) {
        if (partitions < 1 || partitions > MOST || Integer.bitCount(partitions) != 1) {
            throw new IllegalArgumentException(
                    "partitions must be a power of two, at most %d, got %d"
                            .formatted(MOST, partitions));
        }
    }

    public boolean isComplete() {
        return code == 0;
    }

    /// The file's name, which is also the last part of its address: `issuing.crl`,
    /// `issuing-3-of-8.crl`, `issuing-3-of-8-delta.crl`.
    public String fileName(String authority, boolean delta) {
        int partitions = Integer.highestOneBit(code);
        String suffix = isComplete() ? "" : "-" + (code - partitions) + OF + partitions;
        return authority + suffix + (delta ? DELTA : "") + ".crl";
    }

    /// Where it is found, octet for octet the same in certificates and in the CRL itself.
    public DistributionPointName address(AuthoritySettings authority, boolean delta) {
        return new DistributionPointName(
                new GeneralNames(
                        new GeneralName(
                                GeneralName.uniformResourceIdentifier,
                                authority.publicBase()
                                        + "/crl/"
                                        + fileName(authority.name(), delta))));
    }

    /// What [#fileName] names.
    public record Named(CrlPartition partition, boolean delta) {}

    /// Reads a file's name; empty when it is none that [#fileName] writes.
    public static Optional<Named> named(String authority, String fileName) {
        if (!fileName.startsWith(authority) || !fileName.endsWith(".crl")) {
            return Optional.empty();
        }
        String middle = fileName.substring(authority.length(), fileName.length() - 4);
        boolean delta = middle.endsWith(DELTA);
        Matcher suffix =
                SUFFIX.matcher(
                        delta ? middle.substring(0, middle.length() - DELTA.length()) : middle);
        if (!suffix.matches()) {
            return Optional.empty();
        }
        if (suffix.group(1) == null) {
            return Optional.of(new Named(COMPLETE, delta));
        }
        int partition = Integer.parseInt(suffix.group(1));
        int partitions = Integer.parseInt(suffix.group(2));
        boolean exists =
                partitions > 1
                        && partitions <= MOST
                        && Integer.bitCount(partitions) == 1
                        && partition < partitions
                        && fileName.equals(of(partition, partitions).fileName(authority, delta));
        return exists ? Optional.of(new Named(of(partition, partitions), delta)) : Optional.empty();
    }
}
