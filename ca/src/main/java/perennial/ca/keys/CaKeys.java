// SPDX-License-Identifier: Apache-2.0
package perennial.ca.keys;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import javax.security.auth.x500.X500Principal;
import perennial.ca.CaException;
import perennial.ca.CaSettings;
import perennial.ca.ServiceCredential;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;

/// The root's certificate, and the issuing key with its certificate. The root's key signs the
/// issuing authority's certificate once and is not kept in memory.
public record CaKeys(Certificate root, ServiceCredential issuing) {
    /// Reads the keys, or makes them when there are none. A crash in between leaves nothing that
    /// the next call does not finish.
    ///
    /// @throws CaException FILE_NOT_USABLE; CONFIGURATION_INVALID when the files are another
    ///   authority's
    public static CaKeys open(CaSettings settings, Clock clock, SecureRandom random) {
        makeFolder(settings.folder());
        Ceremony ceremony = new Ceremony(settings, clock, random);
        ServiceCredential root = ceremony.root();
        require(root.certificate(), settings.rootName());
        ServiceCredential issuing = ceremony.issuing(root);
        require(issuing.certificate(), settings.issuingName());
        try {
            issuing.certificate().x509().verify(root.certificate().publicKey());
        } catch (GeneralSecurityException e) {
            throw new CaException(
                    Problem.CONFIGURATION_INVALID,
                    "the issuing certificate is not from this root",
                    e);
        }
        return new CaKeys(root.certificate(), issuing);
    }

    private static void makeFolder(Path folder) {
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(
                        folder,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException e) {
            throw new CaException(Problem.FILE_NOT_USABLE, "no folder for the key files", e);
        }
    }

    private static void require(Certificate certificate, String name) {
        if (!certificate.subject().equals(new X500Principal(name))) {
            throw new CaException(
                    Problem.CONFIGURATION_INVALID,
                    "the key files are of %s, the settings say %s"
                            .formatted(certificate.subjectText(), name));
        }
    }
}
