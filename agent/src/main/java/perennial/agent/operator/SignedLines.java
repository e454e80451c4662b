// SPDX-License-Identifier: Apache-2.0
package perennial.agent.operator;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.function.Predicate;
import perennial.core.certificate.Certificate;
import perennial.protocol.cms.FileVerifier;
import perennial.protocol.cms.SignerVerdict;

/// A text of an operator's: a CMS SignedData with the text inside (RFC 5652 5, DER). The text is
/// UTF-8; its first line says what it is; empty lines and lines that begin with `#` say nothing.
///
/// @param title the first line that it must have
/// @param anchors to which every signer's certificate must lead
/// @param signers what else a signer's certificate must be
public record SignedLines(String title, List<Certificate> anchors, Predicate<Certificate> signers) {
    public SignedLines {
        anchors = List.copyOf(anchors);
    }

    /// The lines after the first, without blanks around them.
    ///
    /// @throws IllegalArgumentException when a signature on it does not count, or another text is
    ///   inside
    /// @throws perennial.protocol.cms.CmsException when it is no SignedData
    public List<String> read(byte[] signed, Clock clock) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        List<SignerVerdict> verdicts =
                new FileVerifier(anchors, List.of(), clock)
                        .attached(new ByteArrayInputStream(signed), content);
        for (SignerVerdict verdict : verdicts) {
            if (!verdict.counts() || verdict.certificate().filter(signers).isEmpty()) {
                throw new IllegalArgumentException(
                        "expected signatures that count, got " + verdict.doubts());
            }
        }
        List<String> lines =
                content.toString(StandardCharsets.UTF_8)
                        .lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                        .toList();
        if (lines.isEmpty() || !lines.getFirst().equals(title)) {
            throw new IllegalArgumentException("expected a first line " + title);
        }
        return lines.subList(1, lines.size());
    }
}
