// SPDX-License-Identifier: Apache-2.0
package perennial.agent.tools;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import perennial.agent.AgentException;
import perennial.agent.files.OwnerOnly;
import perennial.agent.tools.CardTools.Answer;
import perennial.agent.tools.CardTools.Shown;
import perennial.card.Pin;
import perennial.core.advice.Problem;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;
import perennial.protocol.http.HttpExchange;
import perennial.protocol.unlock.UnlockAsking;
import perennial.protocol.unlock.UnlockMessageException;
import perennial.protocol.unlock.UnlockResponse;

/// Unlocks a card by its authority (`docs/unlock-protocol.md`): over the network, or by messages
/// that the holder carries. The PUK goes from the answer to the card; nobody sees it.
public final class UnlockTools {
    /// Where a registration authority takes the requests, below its origin.
    private static final String PATH = "/unlock";

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int MAX_SAVED = 4096;

    private final CardTools tools;
    private final Path home;
    private final List<Certificate> anchors;
    private final Clock clock;
    private final SecureRandom random;

    /// @param home the agent's folder, where the key of a request by hand waits for its answer
    /// @param anchors whose registration authorities are believed
    public UnlockTools(
            CardTools tools,
            Path home,
            List<Certificate> anchors,
            Clock clock,
            SecureRandom random) {
        this.tools = tools;
        this.home = home;
        this.anchors = List.copyOf(anchors);
        this.clock = clock;
        this.random = random;
    }

    /// Asks over the network and unlocks.
    ///
    /// @param registrationAuthority its origin
    /// @param userCode the caller's to wipe
    /// @param next the new PIN, the caller's to close; refused before anything is asked if it is
    ///   weak
    /// @param riskConsent as [CardTools#unlock]
    /// @throws UnlockMessageException UNLOCK_REFUSED, UNLOCK_ANSWER_INVALID
    /// @throws perennial.protocol.cmp.ProtocolException RA_UNREACHABLE, RA_ANSWER_INVALID
    /// @throws AgentException UNLOCK_REFUSED for what is no user code, and as [CardTools#unlock]
    public Answer online(
            Shown shown,
            URI registrationAuthority,
            char[] userCode,
            Pin next,
            boolean riskConsent) {
        tools.refuseWeak(next, shown.card());
        UnlockAsking asking = asking(shown.card(), userCode);
        byte[] answer;
        try (HttpExchange exchange =
                new HttpExchange(
                        registrationAuthority.resolve(PATH), TIMEOUT, UnlockResponse.MEDIA_TYPE)) {
            answer = exchange.exchange(asking.request());
        }
        return unlock(shown, asking, answer, next, riskConsent);
    }

    /// Makes a request that the holder carries to the authority; its key waits in the agent's
    /// folder. A request that was made before for this card is forgotten.
    ///
    /// @param userCode the caller's to wipe
    /// @return the message in its text form
    /// @throws AgentException UNLOCK_REFUSED for what is no user code, JOURNAL_NOT_WRITABLE
    public String request(CardNumber card, char[] userCode) {
        UnlockAsking asking = asking(card, userCode);
        Path file = file(card);
        byte[] saved = asking.saved();
        try {
            Files.createDirectories(home);
            Files.deleteIfExists(file);
            Files.createFile(file, OwnerOnly.file());
            Files.write(file, saved);
        } catch (IOException e) {
            throw new AgentException(Problem.JOURNAL_NOT_WRITABLE, file.toString(), e);
        } finally {
            Arrays.fill(saved, (byte) 0);
        }
        return UnlockResponse.text(asking.request());
    }

    /// Unlocks with the answer that the holder carried back.
    ///
    /// @param answer the message, in either form
    /// @throws UnlockMessageException UNLOCK_REFUSED, UNLOCK_ANSWER_INVALID
    /// @throws AgentException UNLOCK_ANSWER_INVALID when no request of this card waits, and as
    ///   [CardTools#unlock]
    public Answer finish(Shown shown, String answer, Pin next, boolean riskConsent) {
        tools.refuseWeak(next, shown.card());
        Path file = file(shown.card());
        Answer unlocked =
                unlock(
                        shown,
                        waiting(file),
                        answer.getBytes(StandardCharsets.ISO_8859_1),
                        next,
                        riskConsent);
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new AgentException(Problem.JOURNAL_NOT_WRITABLE, file.toString(), e);
        }
        return unlocked;
    }

    private static UnlockAsking waiting(Path file) {
        try {
            if (!Files.exists(file) || Files.size(file) > MAX_SAVED) {
                throw new AgentException(
                        Problem.UNLOCK_ANSWER_INVALID, "no request of this card waits for one");
            }
            return UnlockAsking.restored(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new AgentException(Problem.FILE_NOT_USABLE, file.toString(), e);
        }
    }

    private Answer unlock(
            Shown shown, UnlockAsking asking, byte[] answer, Pin next, boolean riskConsent) {
        char[] characters = asking.puk(answer, anchors, clock.instant());
        try (Pin puk = Pin.of(characters)) {
            return tools.unlock(shown, puk, next, riskConsent);
        } catch (IllegalArgumentException e) {
            throw new AgentException(Problem.UNLOCK_ANSWER_INVALID, "what was sealed is no PUK", e);
        } finally {
            Arrays.fill(characters, '\0');
        }
    }

    private UnlockAsking asking(CardNumber card, char[] userCode) {
        try {
            return UnlockAsking.begin(card, userCode, clock.instant(), random);
        } catch (IllegalArgumentException e) {
            throw new AgentException(Problem.UNLOCK_REFUSED, "not the form of a user code", e);
        }
    }

    private Path file(CardNumber card) {
        byte[] number = card.value().getBytes(StandardCharsets.US_ASCII);
        return home.resolve("unlock-" + HexFormat.of().formatHex(number));
    }
}
