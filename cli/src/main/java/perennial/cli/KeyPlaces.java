// SPDX-License-Identifier: Apache-2.0
package perennial.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import perennial.ca.Passphrase;
import perennial.ca.ceremony.PlacePlan;
import perennial.ca.keys.KeyFolder;
import perennial.card.hsm.HsmPin;
import perennial.card.hsm.HsmSettings;
import perennial.card.hsm.HsmToken;
import perennial.card.pkcs11.Pkcs11Module;
import perennial.core.advice.Problem;
import perennial.core.crypto.KeyPlace;

/// The places of an authority's keys, opened: folders of files, and tokens over the same binding
/// that cards have. Secrets come from files that only their owner may read, or from the terminal.
public final class KeyPlaces implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Map<String, KeyPlace> places = new HashMap<>();
    private final List<Runnable> ends = new ArrayList<>();

    /// @throws Failure FILE_NOT_USABLE when a secret's file may be read by others
    public KeyPlaces(
            Map<String, PlacePlan> plans, Console console, Clock clock, SecureRandom random) {
        SecretEntry secrets = new SecretEntry(console);
        try {
            plans.forEach(
                    (name, plan) -> places.put(name, opened(name, plan, secrets, clock, random)));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /// The open places, by the names that the file gives them.
    public Map<String, KeyPlace> byName() {
        return places;
    }

    @Override
    public void close() {
        places.values().forEach(KeyPlace::close);
        ends.forEach(Runnable::run);
    }

    private KeyPlace opened(
            String name, PlacePlan plan, SecretEntry secrets, Clock clock, SecureRandom random) {
        return switch (plan) {
            case PlacePlan.Files(Path folder, Optional<Path> file) -> {
                Passphrase passphrase = passphrase(file, name, secrets);
                ends.add(passphrase::close);
                yield new KeyFolder(folder, passphrase, clock, random);
            }
            case PlacePlan.Token token -> {
                char[] secret = secret(token.pinFile(), name, secrets);
                HsmPin pin = new HsmPin(secret);
                Arrays.fill(secret, '\0');
                ends.add(pin::close);
                yield new HsmToken(
                        new HsmSettings(
                                new Pkcs11Module(
                                        String.valueOf(token.library().getFileName()),
                                        token.library(),
                                        token.environment()),
                                token.label(),
                                token.serialNumber(),
                                token.sessions(),
                                PATIENCE),
                        pin,
                        clock);
            }
        };
    }

    /// A passphrase from a file that only its owner may read; the caller closes it.
    ///
    /// @throws Failure FILE_NOT_USABLE
    public static Passphrase passphrase(Path file, Console console) {
        return passphrase(Optional.of(file), "", new SecretEntry(console));
    }

    private static Passphrase passphrase(Optional<Path> file, String place, SecretEntry secrets) {
        char[] secret = secret(file, place, secrets);
        try {
            return new Passphrase(secret);
        } finally {
            Arrays.fill(secret, '\0');
        }
    }

    private static char[] secret(Optional<Path> file, String place, SecretEntry secrets) {
        file.ifPresent(KeyPlaces::requireOwnerOnly);
        return secrets.characters(file, "%s: ".formatted(place));
    }

    private static void requireOwnerOnly(Path file) {
        try {
            Set<PosixFilePermission> others = Files.getPosixFilePermissions(file);
            others.removeAll(
                    Set.of(
                            PosixFilePermission.OWNER_READ,
                            PosixFilePermission.OWNER_WRITE,
                            PosixFilePermission.OWNER_EXECUTE));
            if (!others.isEmpty()) {
                throw new Failure(
                        Problem.FILE_NOT_USABLE,
                        file + ": others may read it; chmod 600 takes that away");
            }
        } catch (IOException e) {
            throw new Failure(Problem.FILE_NOT_USABLE, file + ": cannot be read", e);
        }
    }
}
