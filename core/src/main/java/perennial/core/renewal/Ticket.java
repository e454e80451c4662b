// SPDX-License-Identifier: Apache-2.0
package perennial.core.renewal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import perennial.core.certificate.SerialNumber;

/// What the registration authority hands to the page, and the page to the agent: which certificates
/// to renew under which [RenewalId]. Its text is one line of ASCII.
///
/// It carries no right of its own: every request is signed by the card. It ties the card's work to
/// the visit that watches it, and its ids cannot be guessed.
public record Ticket(List<Entry> entries) {
    private static final String FORMAT = "1";
    private static final int MAX_ENTRIES = 8;

    /// One certificate of the card.
    ///
    /// @param id the renewal that renews it, or the unfinished one that issued it
    /// @param old the certificate that the card presents: to be renewed, or, where the renewal is
    ///   to be finished, perhaps the new one already
    public record Entry(RenewalId id, SerialNumber old) {}

    public Ticket {
        entries = List.copyOf(entries);
        if (entries.isEmpty() || entries.size() > MAX_ENTRIES) {
            throw new IllegalArgumentException(
                    "a ticket names 1 to 8 certificates, got " + entries.size());
        }
    }

    /// The id under which the certificate is to be renewed.
    public Optional<RenewalId> idFor(SerialNumber old) {
        return entries.stream().filter(e -> e.old().equals(old)).map(Entry::id).findFirst();
    }

    /// `1.<renewal id>_<serial>.<renewal id>_<serial>`
    public String text() {
        StringBuilder text = new StringBuilder(FORMAT);
        entries.forEach(e -> text.append('.').append(e.id()).append('_').append(e.old()));
        return text.toString();
    }

    /// @throws IllegalArgumentException when the text is not one that [#text] writes
    public static Ticket parse(String text) {
        String[] parts = text.split("\\.", MAX_ENTRIES + 2);
        if (!parts[0].equals(FORMAT)) {
            throw new IllegalArgumentException("not a ticket of format 1");
        }
        List<Entry> entries = new ArrayList<>();
        for (int i = 1; i < parts.length; i++) {
            String[] pair = parts[i].split("_", 3);
            if (pair.length != 2) {
                throw new IllegalArgumentException("a ticket's entry has two fields");
            }
            entries.add(new Entry(RenewalId.parse(pair[0]), SerialNumber.ofHex(pair[1])));
        }
        return new Ticket(entries);
    }
}
