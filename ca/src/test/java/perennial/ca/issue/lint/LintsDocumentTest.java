// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.lint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import perennial.ca.issue.key.BlockedKeys;
import perennial.ca.issue.key.KeyCheck;

class LintsDocumentTest {
    private static final Path FILE = Path.of("../docs/lints.md");

    /// `docs/lints.md` is this table; run with `-Dperennial.write-docs` to write it anew.
    @Test
    void the_document_lists_every_lint() throws IOException {
        StringBuilder text =
                new StringBuilder(
                        """
                        # Lints

                        What is looked at before a certificate is signed. Written from the code
                        (`./mvnw -pl ca test -Dperennial.write-docs`); a test compares them. Why it is so:
                        [decision 24](decisions/0024-lints.md).

                        ## The standards' rules

                        On the bytes to be signed, the issuing certificate and the request; when the intent is written down and when it
                        is taken up again.

                        """);
        text.append(HEAD).append(row(LintGate.READABLE, LintGate.READABLE_CLAUSE));
        table(text, StandardLints.ALL);
        text.append(
                """

                ## The profile's rules

                On the same, and the profile; when the intent is written down, because an intent outlives a change of profiles.

                """);
        text.append(HEAD);
        table(text, ProfileLints.ALL);
        text.append(
                """

                ## The key's rules

                On the public key, once for each request, before anything else of it is looked at.

                """);
        text.append(HEAD);
        table(text, new KeyCheck(BlockedKeys.NONE).lints());

        if (System.getProperty("perennial.write-docs") != null) {
            Files.writeString(FILE, text);
        }
        assertEquals(text.toString(), Files.readString(FILE));
    }

    private static final String HEAD = "| rule | clause |\n|---|---|\n";

    private static void table(StringBuilder text, List<? extends Lint<?>> lints) {
        for (Lint<?> lint : lints) {
            text.append(row(lint.name(), lint.clause()));
        }
    }

    private static String row(String name, String clause) {
        return "| %s | %s |\n".formatted(name, clause);
    }
}
