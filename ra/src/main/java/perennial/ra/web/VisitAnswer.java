// SPDX-License-Identifier: Apache-2.0
package perennial.ra.web;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import perennial.core.advice.Advice;
import perennial.core.advice.AdviceBook;
import perennial.core.advice.Language;
import perennial.core.authority.FailInfo;
import perennial.core.certificate.Certificate;
import perennial.core.renewal.Refusal;
import perennial.core.renewal.Renewal;
import perennial.core.renewal.RenewalStep;
import perennial.ra.renewal.CertificateUse;
import perennial.ra.renewal.VisitProgress;

/// How far the renewals of a visit have come, as the page shows it.
///
/// @param visit whether there is one
record VisitAnswer(
        boolean visit, @Nullable String cardNumber, boolean finished, List<Item> certificates) {

    /// No visit, or one that has expired.
    static final VisitAnswer NONE = new VisitAnswer(false, null, false, List.of());

    /// One certificate's renewal; subject, issuer and validity are the new certificate's from the
    /// moment it exists.
    record Item(
            CertificateUse use,
            String oldSerial,
            State state,
            RenewalStep step,
            @Nullable String newSerial,
            String subject,
            String issuer,
            @Nullable String issuerName,
            Instant notBefore,
            Instant notAfter,
            @Nullable Instant finishedAt,
            int timesRenewed,
            String stateText,
            @Nullable Advice problem) {}

    static VisitAnswer of(
            VisitProgress progress, AdviceBook book, StateBook states, Language language) {
        return new VisitAnswer(
                true,
                progress.cardNumber().value(),
                progress.finished(),
                progress.certificates().stream()
                        .map(item -> item(item, book, states, language))
                        .toList());
    }

    private static Item item(
            VisitProgress.Item item, AdviceBook book, StateBook states, Language language) {
        Optional<Certificate> fresh = fresh(item.renewal());
        Certificate shown = fresh.orElse(item.old());
        State state = State.of(item.renewal());
        Advice problem =
                item.renewal() instanceof Renewal.Refused(_, FailInfo _, String text)
                        ? book.advice(Refusal.problemOf(text), language)
                        : null;
        return new Item(
                CertificateUse.of(item.old()),
                item.old().serialNumber().hex(),
                state,
                step(item.renewal()),
                fresh.map(f -> f.serialNumber().hex()).orElse(null),
                shown.subjectText(),
                shown.issuerText(),
                item.issuer().map(i -> i.name(language)).orElse(null),
                shown.validity().notBefore(),
                shown.validity().notAfter(),
                item.finishedAt().orElse(null),
                item.timesRenewed(),
                states.text(state, language),
                problem);
    }

    private static Optional<Certificate> fresh(Renewal renewal) {
        return switch (renewal) {
            case Renewal.Uninstalled(_, Certificate fresh) -> Optional.of(fresh);
            case Renewal.Unconfirmed(_, Certificate fresh) -> Optional.of(fresh);
            case Renewal.Done(_, Certificate fresh) -> Optional.of(fresh);
            case Renewal.Invited _,
                    Renewal.Pending _,
                    Renewal.Ready _,
                    Renewal.Keyed _,
                    Renewal.Refused _ ->
                    Optional.empty();
        };
    }

    /// Which step the authority sees the renewal in; only the agent sees the request being made.
    private static RenewalStep step(Renewal renewal) {
        return switch (renewal) {
            case Renewal.Invited _, Renewal.Pending _ -> RenewalStep.START;
            case Renewal.Ready _, Renewal.Keyed _, Renewal.Refused _ -> RenewalStep.SEND;
            case Renewal.Uninstalled _, Renewal.Unconfirmed _ -> RenewalStep.WRITE;
            case Renewal.Done _ -> RenewalStep.DONE;
        };
    }
}
