// SPDX-License-Identifier: Apache-2.0
package perennial.ca.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import perennial.ca.StandardProfiles;

class PracticeStatementTest {
    private static final Path DOCUMENT = Path.of("../docs/cps.md");

    @Test
    void the_document_says_what_the_shipped_profiles_say() throws Exception {
        String statement = new PracticeStatement(StandardProfiles.cards()).markdown();
        if (Boolean.getBoolean("perennial.write-docs")) {
            Files.writeString(DOCUMENT, statement);
        }

        assertFalse(statement.contains("{{"), statement);
        assertEquals(
                statement,
                Files.readString(DOCUMENT),
                "write it anew: ./mvnw -pl ca test -Dperennial.write-docs");
    }
}
