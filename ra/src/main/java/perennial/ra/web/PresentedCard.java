// SPDX-License-Identifier: Apache-2.0
package perennial.ra.web;

import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import perennial.core.advice.Problem;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;

/// What a page has read from a card: at most eight certificates of at most 16 KiB each.
///
/// @param slots by the certificates' positions; what the page calls the place of each
record PresentedCard(CardNumber number, List<String> slots, List<Certificate> certificates) {
    private static final int MAX_CERTIFICATES = 8;
    private static final int MAX_SLOT = 32;
    private static final int MAX_BASE64 = (Certificate.MAX_OCTETS + 2) / 3 * 4;

    /// The page's JSON, as it came.
    record Body(@Nullable String cardNumber, @Nullable List<@Nullable Item> certificates) {}

    /// One certificate of it, its DER in Base64.
    record Item(@Nullable String slot, @Nullable String der) {}

    /// @throws RefusedRequest REQUEST_INVALID when it is not such a card
    static PresentedCard of(Body body) {
        List<@Nullable Item> items = body.certificates();
        if (body.cardNumber() == null || items == null) {
            throw invalid("a card has a number and certificates");
        }
        if (items.isEmpty() || items.size() > MAX_CERTIFICATES) {
            throw invalid("1 to 8 certificates are expected, got " + items.size());
        }
        try {
            List<String> slots = new ArrayList<>();
            List<Certificate> certificates = new ArrayList<>();
            Set<Certificate> seen = new HashSet<>();
            for (Item item : items) {
                Certificate certificate = certificate(item);
                if (seen.add(certificate)) {
                    certificates.add(certificate);
                    slots.add(slot(item));
                }
            }
            return new PresentedCard(new CardNumber(body.cardNumber()), slots, certificates);
        } catch (IllegalArgumentException e) {
            throw new RefusedRequest(
                    HttpStatus.BAD_REQUEST,
                    Problem.REQUEST_INVALID,
                    "not a card: " + e.getMessage(),
                    e);
        }
    }

    private static Certificate certificate(@Nullable Item item) {
        if (item == null || item.der() == null || item.der().length() > MAX_BASE64) {
            throw invalid("a certificate of at most 16 KiB in Base64 is expected");
        }
        return Certificate.ofDer(Base64.getDecoder().decode(item.der()));
    }

    private static String slot(@Nullable Item item) {
        String slot = item == null || item.slot() == null ? "" : item.slot();
        if (slot.length() > MAX_SLOT) {
            throw invalid("a slot's name has at most 32 characters");
        }
        return slot;
    }

    private static RefusedRequest invalid(String message) {
        return new RefusedRequest(HttpStatus.BAD_REQUEST, Problem.REQUEST_INVALID, message);
    }
}
