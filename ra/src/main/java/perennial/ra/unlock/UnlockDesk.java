// SPDX-License-Identifier: Apache-2.0
package perennial.ra.unlock;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import perennial.core.certificate.CardNumber;
import perennial.protocol.cmp.Credential;
import perennial.protocol.http.BytesHandler;
import perennial.protocol.unlock.UnlockMessageException;
import perennial.protocol.unlock.UnlockRequest;
import perennial.protocol.unlock.UnlockResponse;
import perennial.protocol.unlock.UserCode;

/// Answers requests to unlock cards (`docs/unlock-protocol.md`). Safe for use by many threads and
/// by several nodes.
///
/// Whatever is wrong, the answer is the same, after the same work: an unknown card, a wrong code, a
/// locked code and a message that is none cannot be told apart from outside.
public final class UnlockDesk implements BytesHandler {
    private static final System.Logger LOG = System.getLogger(UnlockDesk.class.getName());

    /// Wrong codes for one card before it is locked here; its office opens it again.
    private static final int TRIES = 3;

    /// A request that is carried by hand takes its time, and holders' clocks are wrong.
    private static final Duration OLDEST = Duration.ofHours(24);

    private static final Duration ANSWER_LIVES = Duration.ofMinutes(15);
    private static final int VERIFIER = 32;

    private final UnlockRows rows;
    private final UnlockKey key;
    private final Credential credential;
    private final Pace pace;
    private final Clock clock;
    private final SecureRandom random;

    /// Stands for the verifier of a card that is not known.
    private final byte[] nobody = new byte[VERIFIER];

    /// @param database whose schema `ra` has been migrated
    /// @param credential of a registration authority; signs the answers
    /// @param perMinute how many requests are looked at in a minute, from all the world
    public UnlockDesk(
            DataSource database,
            UnlockKey key,
            Credential credential,
            int perMinute,
            Clock clock,
            SecureRandom random) {
        this.rows = new UnlockRows(database);
        this.key = key;
        this.credential = credential;
        this.pace = new Pace(perMinute, clock);
        this.clock = clock;
        this.random = random;
        random.nextBytes(nobody);
    }

    /// Keeps a card's PUK and gives its holder a code.
    ///
    /// @param puk visible ASCII, 6 to 8 characters; stays the caller's to wipe
    /// @return the code, to be given to the holder and then wiped; only its verifier is kept
    public char[] register(CardNumber card, char[] puk) {
        char[] code = UserCode.random(random);
        byte[] verifier = UserCode.verifier(code, card);
        byte[] secret = Arrays.copyOf(verifier, VERIFIER + puk.length);
        for (int i = 0; i < puk.length; i++) {
            secret[VERIFIER + i] = (byte) puk[i];
        }
        rows.keep(card, key.sealed(card, secret, random), TRIES);
        Arrays.fill(secret, (byte) 0);
        Arrays.fill(verifier, (byte) 0);
        return code;
    }

    @Override
    public Answer handle(Request request) {
        if (!request.method().equals("POST") || !request.path().isEmpty()) {
            return new Answer(404, "text/plain", Map.of(), new byte[0]);
        }
        if (!pace.allows()) {
            return new Answer(503, "text/plain", Map.of("Retry-After", "60"), new byte[0]);
        }
        Optional<byte[]> answer = answer(request.body());
        byte[] message = answer.orElseGet(UnlockResponse::refusal);
        byte[] body =
                UnlockResponse.isText(request.body())
                        ? UnlockResponse.text(message).getBytes(StandardCharsets.US_ASCII)
                        : message;
        return new Answer(
                answer.isPresent() ? 200 : 403, UnlockResponse.MEDIA_TYPE, Map.of(), body);
    }

    /// Empty when it is refused, for whatever reason.
    private Optional<byte[]> answer(byte[] message) {
        UnlockRequest request;
        try {
            request = UnlockRequest.read(message);
        } catch (UnlockMessageException e) {
            LOG.log(System.Logger.Level.DEBUG, "an unlock request that is none", e);
            return Optional.empty();
        }
        Instant now = clock.instant();
        boolean timely =
                request.time().isAfter(now.minus(OLDEST))
                        && request.time().isBefore(now.plus(OLDEST));
        Optional<UnlockRows.Kept> kept = timely ? rows.takeTry(request.card()) : Optional.empty();
        byte[] secret = kept.map(k -> key.opened(request.card(), k.sealed())).orElse(nobody);
        byte[] verifier = Arrays.copyOf(secret, VERIFIER);
        byte[] puk = Arrays.copyOfRange(secret, VERIFIER, secret.length);
        try {
            boolean proved = request.provedBy(verifier);
            LOG.log(
                    System.Logger.Level.INFO,
                    "unlock of card {0}: {1}",
                    request.card(),
                    proved ? "answered" : "refused");
            if (!proved || kept.isEmpty()) {
                return Optional.empty();
            }
            rows.giveTries(request.card(), TRIES);
            return Optional.of(
                    UnlockResponse.answer(
                            request, puk, now.plus(ANSWER_LIVES), credential, random));
        } catch (UnlockMessageException e) {
            LOG.log(System.Logger.Level.DEBUG, "an unlock request with a key that is none", e);
            return Optional.empty();
        } finally {
            Arrays.fill(verifier, (byte) 0);
            Arrays.fill(puk, (byte) 0);
            kept.ifPresent(_ -> Arrays.fill(secret, (byte) 0));
        }
    }
}
