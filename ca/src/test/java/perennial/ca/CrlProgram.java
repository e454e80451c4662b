// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import perennial.core.crypto.KeyKind;

/// An authority that builds its CRLs in a process of its own, with as little memory as the command
/// gives it.
final class CrlProgram {
    private CrlProgram() {}

    /// @param arguments port and name of the database, the authority's folder
    public static void main(String[] arguments) throws IOException {
        LocalCa ca =
                LocalCa.open(
                        Authorities.settings(
                                Path.of(arguments[2]),
                                KeyKind.P_256,
                                URI.create("http://localhost:1")),
                        database(Integer.parseInt(arguments[0]), arguments[1]),
                        Clock.systemUTC(),
                        new SecureRandom());
        long start = System.nanoTime();
        ca.publishCrls();
        System.out.printf(
                "%d octets in %d ms, %s of processor time%n",
                Files.size(Path.of(arguments[2], "crl", "issuing.crl")),
                (System.nanoTime() - start) / 1_000_000,
                ProcessHandle.current().info().totalCpuDuration().orElseThrow());
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            lines.filter(line -> line.startsWith("VmHWM")).forEach(System.out::println);
        }
    }

    static DataSource database(int port, String name) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {"localhost"});
        source.setPortNumbers(new int[] {port});
        source.setUser("postgres");
        source.setPassword("postgres");
        source.setDatabaseName(name);
        return source;
    }
}
