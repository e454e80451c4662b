// SPDX-License-Identifier: Apache-2.0
package perennial.cli.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import perennial.cli.Failure;
import perennial.core.advice.Problem;
import picocli.CommandLine.Option;

/// Which database a command is about. Its password comes from a file, never from the command line.
public final class DatabaseOptions {
    @Option(
            names = "--database",
            paramLabel = "URL",
            description = "jdbc:postgresql://HOST:PORT/DATABASE?user=NAME")
    private Optional<String> url = Optional.empty();

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "file with the database's password")
    private Optional<Path> passwordFile = Optional.empty();

    /// The database, if one was named.
    public Optional<DataSource> source() {
        return url.map(this::source);
    }

    /// @throws Failure CONFIGURATION_INVALID when none was named
    public DataSource required() {
        return source().orElseThrow(
                        () -> new Failure(Problem.CONFIGURATION_INVALID, "--database is missing"));
    }

    private DataSource source(String named) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        try {
            source.setUrl(named);
        } catch (IllegalArgumentException e) {
            throw new Failure(Problem.CONFIGURATION_INVALID, "not a PostgreSQL URL", e);
        }
        source.setConnectTimeout(10);
        passwordFile.ifPresent(file -> source.setPassword(password(file)));
        return source;
    }

    private static String password(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new Failure(Problem.FILE_NOT_USABLE, file + " cannot be read", e);
        }
    }
}
