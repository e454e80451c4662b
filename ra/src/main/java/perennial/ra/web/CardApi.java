// SPDX-License-Identifier: Apache-2.0
package perennial.ra.web;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseCookie;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.CookieValue;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import perennial.core.advice.AdviceBook;
import perennial.core.advice.Language;
import perennial.core.advice.Problem;
import perennial.core.renewal.Refusal;
import perennial.core.renewal.Ticket;
import perennial.ra.renewal.CardStatus;
import perennial.ra.renewal.CertificateStanding;
import perennial.ra.renewal.RenewalDesk;
import perennial.ra.renewal.Visit;
import perennial.ra.renewal.VisitToken;

/// What the page's script asks: how a card stands, begin, how far it has come.
@RestController
@RequestMapping("/api")
final class CardApi {
    private static final String COOKIE = "perennial_visit";
    private static final Duration REMEMBERED = Duration.ofDays(1);

    private final RenewalDesk desk;
    private final AdviceBook book;
    private final StateBook states;

    CardApi(RenewalDesk desk, AdviceBook book, StateBook states) {
        this.desk = desk;
        this.book = book;
        this.states = states;
    }

    /// The ticket for the agent, and the certificates that the visit is about.
    record Begun(String ticket, List<CardAnswer.Item> certificates) {}

    @PostMapping("/cards")
    ResponseEntity<CardAnswer> check(
            @RequestBody PresentedCard.Body body, HttpServletRequest request) {
        PresentedCard card = PresentedCard.of(body);
        return fresh(answer(card, desk.check(card.number(), card.certificates()), request));
    }

    @PostMapping("/renewals")
    ResponseEntity<Begun> begin(@RequestBody PresentedCard.Body body, HttpServletRequest request) {
        PresentedCard card = PresentedCard.of(body);
        CardStatus status = desk.check(card.number(), card.certificates());
        Visit visit = desk.visit(card.number());
        Ticket ticket =
                desk.open(visit, card.certificates()).orElseThrow(() -> nothingToRenew(status));
        ResponseCookie cookie =
                ResponseCookie.from(COOKIE, visit.token().text())
                        .path("/")
                        .httpOnly(true)
                        .sameSite("Lax")
                        .secure(request.isSecure())
                        .maxAge(REMEMBERED)
                        .build();
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .header(HttpHeaders.SET_COOKIE, cookie.toString())
                .body(new Begun(ticket.text(), answer(card, status, request).certificates()));
    }

    @GetMapping("/renewals/current")
    ResponseEntity<VisitAnswer> current(
            @CookieValue(name = COOKIE, required = false) @Nullable String cookie,
            HttpServletRequest request) {
        Language language = PageLanguage.of(request);
        return fresh(
                Optional.ofNullable(cookie)
                        .flatMap(VisitToken::parse)
                        .flatMap(desk::progress)
                        .map(progress -> VisitAnswer.of(progress, book, states, language))
                        .orElse(VisitAnswer.NONE));
    }

    private CardAnswer answer(PresentedCard card, CardStatus status, HttpServletRequest request) {
        return CardAnswer.of(card, status, book, states, PageLanguage.of(request));
    }

    private static RefusedRequest nothingToRenew(CardStatus status) {
        Problem problem =
                status.certificates().stream()
                        .map(CertificateStanding::eligibility)
                        .flatMap(eligibility -> Refusal.of(eligibility).stream())
                        .map(Refusal::problem)
                        .findFirst()
                        .orElse(Problem.NO_CERTIFICATE);
        return new RefusedRequest(HttpStatus.CONFLICT, problem, "none may be renewed now");
    }

    private static <T> ResponseEntity<T> fresh(T body) {
        return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(body);
    }
}
