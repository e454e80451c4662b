// SPDX-License-Identifier: Apache-2.0
package perennial.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import perennial.cli.Perennial;

/// The command line, whose process stays after its command until a file is there: so that what the
/// command left in memory can be looked at.
public final class CommandKeptAlive {
    private CommandKeptAlive() {}

    static void main(String[] arguments) throws IOException, InterruptedException {
        int code = Perennial.run(arguments, System.out, System.err);
        System.out.println("ended with " + code);
        Path end = Path.of(System.getProperty("perennial.test.end"));
        while (!Files.exists(end)) {
            Thread.sleep(50);
        }
    }
}
