// SPDX-License-Identifier: Apache-2.0
package perennial.agent.renewal;

import java.security.PublicKey;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import perennial.agent.AgentException;
import perennial.card.CardException;
import perennial.card.CardSession;
import perennial.card.KeyReplacement;
import perennial.card.KeySlot;
import perennial.card.ReKeyWay;
import perennial.core.advice.Problem;
import perennial.core.authority.FailInfo;
import perennial.core.authority.IssueOutcome;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.Signer;
import perennial.core.renewal.PermissionOutcome;
import perennial.core.renewal.ReKeyPermission;
import perennial.core.renewal.Renewal;
import perennial.protocol.cmp.CmpClient;
import perennial.protocol.cmp.CmpClient.PossessionKey;
import perennial.protocol.cmp.CmpClient.Protection;

/// Drives one re-key (RFC 3647 outline 4.7) as far as it goes: authorise first, make the key
/// second, retire the old one last (`docs/decisions/0009-new-keys-on-cards.md`).
///
/// Before each step that cannot be taken back, the card's note says what is under way, and the
/// journal too; after it, journal and card are asked what happened. Not safe for use by many
/// threads.
final class ReKey implements AutoCloseable {
    /// What keeps one certificate from a new key and says nothing about the others.
    static final Set<Problem> SAYS_NO =
            EnumSet.of(
                    Problem.KEY_NOT_REPLACEABLE,
                    Problem.CARD_FULL,
                    Problem.SECOND_SECRET_NEEDED,
                    Problem.CARD_NOT_WRITABLE);

    /// How an authority answers under a permission that it has not, or not any more.
    private static final Set<FailInfo> NO_PERMISSION =
            EnumSet.of(FailInfo.signerNotTrusted, FailInfo.badMessageCheck);

    private final RenewalRun run;
    private final CardSession session;
    private final Signatures signatures;
    private final Progress progress;
    private CardNote note;

    /// Where a step begins that the holder sees.
    interface Progress {
        void sending();

        void writing();
    }

    /// @param note the card's, or the one that this re-key begins with
    ReKey(
            RenewalRun run,
            CardSession session,
            CardNote note,
            Signatures signatures,
            Progress progress) {
        this.run = run;
        this.session = session;
        this.note = note;
        this.signatures = signatures;
        this.progress = progress;
    }

    ReKeyWay way() {
        return note.way();
    }

    /// Goes as far as it goes.
    ///
    /// @return when to ask again, if the registration authority has not decided
    Optional<Duration> advance() {
        run.begin();
        Optional<Duration> undecided = authorise();
        if (undecided.isPresent() || run.isFinished()) {
            return undecided;
        }
        makeKey();
        if (run.renewal() instanceof Renewal.Keyed(_, var key)) {
            progress.sending();
            undecided = run.request(update(key), key);
            if (undecided.isPresent()) {
                return undecided;
            }
        }
        if (run.renewal() instanceof Renewal.Refused) {
            replacement().abandon();
            session.eraseNote();
            return Optional.empty();
        }
        install();
        if (run.renewal() instanceof Renewal.Unconfirmed) {
            run.confirm(protection());
        }
        retire();
        return Optional.empty();
    }

    /// Nothing on the card has changed before the authority has said yes.
    private Optional<Duration> authorise() {
        boolean begins = run.renewal() instanceof Renewal.Pending;
        boolean needed = begins || run.renewal() instanceof Renewal.Ready;
        if (needed && note.permission().isPresent() && noted(replacement()).isEmpty()) {
            askWhatCameOfIt();
        }
        if (!needed || note.permission().isPresent() || note.key().isPresent()) {
            run.approved();
            return Optional.empty();
        }
        if (subjectSlot() != KeySlot.KEY_MANAGEMENT) {
            progress.sending();
            PermissionOutcome answer =
                    run.link().permission(run.subject().id(), run.old(), signatures.ofOld(run));
            switch (answer) {
                case PermissionOutcome.Granted(ReKeyPermission permission) -> permitted(permission);
                case PermissionOutcome.Waiting(Duration retryAfter) -> {
                    return Optional.of(retryAfter);
                }
                case PermissionOutcome.Refused(var reason, var text) -> {
                    session.eraseNote();
                    run.refused(reason, text);
                    return Optional.empty();
                }
            }
        }
        note.keepOn(session);
        run.approved();
        return Optional.empty();
    }

    /// A permission from an earlier run, and no key that the card is known to hold: before one is
    /// made over whatever is in the slot, the authority tells whether the permission still stands
    /// and whether a certificate waits for a key that the card has after all (decision 13).
    ///
    /// @throws AgentException JOURNAL_DAMAGED where certificate or permission is of no use to this
    ///   card any more; the card is left as it is
    private void askWhatCameOfIt() {
        progress.sending();
        switch (run.link().issued(run.subject().id(), run.old(), protection())) {
            case IssueOutcome.Accepted(Certificate fresh) -> {
                if (!replacement().holds(fresh.publicKey())) {
                    throw lost("the key that its certificate was issued for");
                }
                note = note.with(fresh.publicKey());
                note.keepOn(session);
            }
            case IssueOutcome.Rejection(FailInfo reason, _) when NO_PERMISSION.contains(reason) -> {
                if (!replacement().holds(run.old().publicKey())) {
                    throw lost("the old key, and the permission has expired,");
                }
                note = note.withoutPermission();
            }
            // Nothing has been asked for yet, or nothing decided.
            case IssueOutcome.Rejection ignored -> {}
            case IssueOutcome.Waiting ignored -> {}
        }
    }

    private AgentException lost(String what) {
        return new AgentException(
                Problem.JOURNAL_DAMAGED,
                "the card has lost %s for %s".formatted(what, run.subject().id()));
    }

    /// Where the old key lives on, it protects the messages to the end and the secret is not
    /// needed.
    private void permitted(ReKeyPermission permission) {
        if (note.way() == ReKeyWay.IN_PLACE) {
            note = note.with(permission);
        } else {
            permission.close();
        }
    }

    private void makeKey() {
        if (!(run.renewal() instanceof Renewal.Ready)) {
            return;
        }
        progress.writing();
        KeyReplacement replacement = replacement();
        PublicKey made =
                noted(replacement)
                        .or(() -> unnoted(replacement))
                        .orElseGet(() -> made(replacement));
        if (!note.key().equals(Optional.of(made))) {
            note = note.with(made);
            note.keepOn(session);
        }
        run.keyGenerated(made);
    }

    private Optional<PublicKey> noted(KeyReplacement replacement) {
        return note.key().filter(replacement::holds);
    }

    /// One that was made and not written down, because the card lost power in between.
    private Optional<PublicKey> unnoted(KeyReplacement replacement) {
        return replacement.generated().filter(key -> !key.equals(run.old().publicKey()));
    }

    private PublicKey made(KeyReplacement replacement) {
        return replacement.generate(note.algorithm());
    }

    private void install() {
        if (run.renewal() instanceof Renewal.Uninstalled(_, var fresh)) {
            progress.writing();
            replacement().install(fresh);
            run.installed();
        }
    }

    private void retire() {
        if (run.renewal() instanceof Renewal.Done && !run.isFinished()) {
            replacement().retire(run.old());
            session.eraseNote();
            run.retired();
        }
    }

    private CmpClient.Update update(PublicKey key) {
        KeyReplacement replacement = replacement();
        PossessionKey possession =
                subjectSlot() == KeySlot.KEY_MANAGEMENT
                        ? new PossessionKey.Enciphering(replacement.decipherer(key))
                        : new PossessionKey.Signing(replacement.signer(key));
        return new CmpClient.Update(run.old(), possession, protection());
    }

    /// The same from the beginning of a transaction to its end (RFC 9483 4.1.1).
    private Protection protection() {
        if (note.way() == ReKeyWay.IN_PLACE) {
            return new Protection.ByPermission(
                    note.permission()
                            .orElseThrow(() ->
                                    new AgentException(
                                            Problem.JOURNAL_DAMAGED,
                                            "the card has lost its permission for "
                                                    + run.subject().id())));
        }
        return subjectSlot() == KeySlot.KEY_MANAGEMENT
                ? signatures.ofHolder(run.old())
                : signatures.by(replacement().oldSigner(run.old()), run.old());
    }

    private KeyReplacement replacement() {
        return session.replacement(subjectSlot(), note.way());
    }

    private KeySlot subjectSlot() {
        return run.subject().slot();
    }

    @Override
    public void close() {
        note.close();
    }

    /// How this card can replace the key of a slot.
    ///
    /// @throws CardException KEY_NOT_REPLACEABLE, CARD_FULL where only overwriting a key for
    ///   decryption would be left, SECOND_SECRET_NEEDED
    static ReKeyWay way(CardSession session, KeySlot slot, boolean secondSecretGiven) {
        var abilities = session.abilities();
        if (abilities.reKeyWays().isEmpty() || !abilities.writesCertificates()) {
            throw new CardException(
                    Problem.KEY_NOT_REPLACEABLE, "%s makes no keys".formatted(abilities.product()));
        }
        if (abilities.secondSecret() && !secondSecretGiven) {
            throw new CardException(Problem.SECOND_SECRET_NEEDED, abilities.product());
        }
        if (abilities.reKeyWays().contains(ReKeyWay.BESIDE)) {
            return ReKeyWay.BESIDE;
        }
        if (slot == KeySlot.KEY_MANAGEMENT) {
            throw new CardException(Problem.CARD_FULL, "a key for decryption is not overwritten");
        }
        return ReKeyWay.IN_PLACE;
    }

    /// Who signs messages for the holder.
    interface Signatures {
        /// The key that is to be replaced, with its certificate; it is in its slot.
        Protection.BySignature ofOld(RenewalRun run);

        /// Any of the holder's keys that may sign and has a certificate.
        Protection.BySignature ofHolder(Certificate subject);

        Protection.BySignature by(Signer signer, Certificate certificate);
    }
}
