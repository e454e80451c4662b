// SPDX-License-Identifier: Apache-2.0
package perennial.agent.consent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateParsingException;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import perennial.agent.AgentException;
import perennial.agent.operator.SignedLines;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.protocol.cms.CmsException;

/// The sites that a registration authority allows for everybody: `origins.p7m` in the agent's home
/// ([SignedLines]).
///
/// It counts when every signature on it does and each signer's certificate leads to a trust anchor
/// of a configured authority and carries id-kp-cmcRA (RFC 6402 2.10). First `perennial origins 1`,
/// then `issued TIME`, then for each site `allow ORIGIN` or `allow ORIGIN may-bring-pin`.
final class OperatorList {
    private static final System.Logger LOG = System.getLogger(OperatorList.class.getName());
    private static final String NAME = "origins.p7m";
    private static final int MAX_OCTETS = 256 * 1024;
    private static final String CMC_RA = "1.3.6.1.5.5.7.3.28";
    private static final String TITLE = "perennial origins 1";

    private final Path file;
    private final SignedLines text;
    private final Clock clock;

    /// @param anchors of all configured authorities
    OperatorList(Path home, List<Certificate> anchors, Clock clock) {
        this.file = home.resolve(NAME);
        this.text = new SignedLines(TITLE, anchors, OperatorList::isRa);
        this.clock = clock;
    }

    /// What it says now; nothing when there is none. One that does not count says nothing either,
    /// and the log says why.
    List<Consented> read() {
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            return sites(lines());
        } catch (AgentException e) {
            LOG.log(System.Logger.Level.WARNING, "the list of sites is not used", e);
            return List.of();
        }
    }

    private List<String> lines() {
        try {
            if (Files.size(file) > MAX_OCTETS) {
                throw invalid("at most 256 KiB");
            }
            return text.read(Files.readAllBytes(file), clock);
        } catch (IOException | CmsException | IllegalArgumentException e) {
            throw new AgentException(
                    Problem.CONFIGURATION_INVALID, file + ": " + e.getMessage(), e);
        }
    }

    private static boolean isRa(Certificate certificate) {
        try {
            return Optional.ofNullable(certificate.x509().getExtendedKeyUsage())
                    .filter(usages -> usages.contains(CMC_RA))
                    .isPresent();
        } catch (CertificateParsingException e) {
            return false;
        }
    }

    private List<Consented> sites(List<String> lines) {
        if (lines.isEmpty()) {
            throw invalid("a second line issued TIME");
        }
        Instant issued = time(lines.getFirst());
        List<Consented> sites = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] words = line.split(" +");
            boolean pin = words.length == 3 && words[2].equals("may-bring-pin");
            Optional<Origin> origin =
                    words.length == 2 || pin ? Origin.parse(words[1]) : Optional.empty();
            if (!words[0].equals("allow") || origin.isEmpty()) {
                throw invalid("allow ORIGIN [may-bring-pin], got " + line);
            }
            sites.add(new Consented(origin.get(), Consented.Source.OPERATOR, issued, pin, false));
        }
        return List.copyOf(sites);
    }

    private Instant time(String line) {
        try {
            return Instant.parse(line.startsWith("issued ") ? line.substring(7).strip() : "");
        } catch (DateTimeParseException e) {
            throw new AgentException(
                    Problem.CONFIGURATION_INVALID, file + ": a second line issued TIME", e);
        }
    }

    private AgentException invalid(String expected) {
        return new AgentException(
                Problem.CONFIGURATION_INVALID, "%s: expected %s".formatted(file, expected));
    }
}
