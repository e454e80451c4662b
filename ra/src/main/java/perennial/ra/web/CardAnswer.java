// SPDX-License-Identifier: Apache-2.0
package perennial.ra.web;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import perennial.core.advice.Advice;
import perennial.core.advice.AdviceBook;
import perennial.core.advice.Language;
import perennial.core.certificate.Certificate;
import perennial.core.renewal.Eligibility;
import perennial.core.renewal.Refusal;
import perennial.core.renewal.RenewalPolicy;
import perennial.ra.renewal.CardStatus;
import perennial.ra.renewal.CertificateStanding;
import perennial.ra.renewal.CertificateUse;
import perennial.ra.renewal.IssuerSettings;

/// How a card's certificates stand, as the page shows it.
///
/// @param renewable whether at least one may be renewed now
/// @param unfinished whether at least one came with a renewal that is still to be finished
record CardAnswer(
        Instant checkedAt,
        String cardNumber,
        boolean renewable,
        boolean unfinished,
        List<Item> certificates) {

    /// One certificate.
    ///
    /// @param slot as the page named it
    /// @param unfinished whether it came with a renewal that is still to be finished
    /// @param reason why it may not be renewed; absent where one is to be finished first
    /// @param renewableFrom absent when no renewal is to be expected
    /// @param renewableUntil absent with it
    /// @param windowDays how long before expiry the window opens; absent for a foreign issuer
    record Item(
            String slot,
            CertificateUse use,
            String subject,
            String issuer,
            @Nullable String issuerName,
            String serial,
            Instant notBefore,
            Instant notAfter,
            State state,
            String stateText,
            boolean renewable,
            boolean unfinished,
            @Nullable Advice reason,
            @Nullable Instant renewableFrom,
            @Nullable Instant renewableUntil,
            int timesRenewed,
            @Nullable Long windowDays) {}

    static CardAnswer of(
            PresentedCard card,
            CardStatus status,
            AdviceBook book,
            StateBook states,
            Language language) {
        List<Item> items =
                IntStream.range(0, status.certificates().size())
                        .mapToObj(i ->
                                item(
                                        card.slots().get(i),
                                        status.certificates().get(i),
                                        status.checkedAt(),
                                        book,
                                        states,
                                        language))
                        .toList();
        return new CardAnswer(
                status.checkedAt(),
                status.cardNumber().value(),
                status.renewable(),
                status.unfinished(),
                items);
    }

    private static Item item(
            String slot,
            CertificateStanding standing,
            Instant now,
            AdviceBook book,
            StateBook states,
            Language language) {
        Certificate certificate = standing.certificate();
        Eligibility eligibility = standing.eligibility();
        State state =
                standing.unfinished()
                        ? State.ISSUED
                        : State.of(eligibility, certificate.validity(), now);
        IssuerSettings issuer = standing.issuer().orElse(null);
        boolean window =
                !standing.unfinished()
                        && (eligibility instanceof Eligibility.Open
                                || eligibility instanceof Eligibility.TooEarly);
        RenewalPolicy policy = issuer == null ? null : issuer.policy();
        Instant end = certificate.validity().notAfter();
        return new Item(
                slot,
                standing.use(),
                certificate.subjectText(),
                certificate.issuerText(),
                issuer == null ? null : issuer.name(language),
                certificate.serialNumber().hex(),
                certificate.validity().notBefore(),
                end,
                state,
                states.text(state, language),
                standing.renewable(),
                standing.unfinished(),
                reason(standing, book, language),
                window && policy != null ? end.minus(policy.opens()) : null,
                window && policy != null ? end.plus(policy.closes()) : null,
                standing.timesRenewed(),
                policy == null ? null : days(policy.opens()));
    }

    private static @Nullable Advice reason(
            CertificateStanding standing, AdviceBook book, Language language) {
        return standing.unfinished()
                ? null
                : Refusal.of(standing.eligibility())
                        .map(refusal -> book.advice(refusal.problem(), language))
                        .orElse(null);
    }

    private static long days(Duration duration) {
        return duration.toDays();
    }
}
