// SPDX-License-Identifier: Apache-2.0
package perennial.agent.selftest;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import perennial.agent.selftest.Fact.Label;
import perennial.agent.selftest.Finding.NotDone;
import perennial.agent.selftest.Finding.Why;
import perennial.card.KeySlot;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.Validity;

/// Is the certificate within its validity, by this computer's clock alone? Whether it was revoked
/// only its authority knows.
///
/// @param topic the signature or the encryption certificate's
record ValidityCheck(Topic topic) implements Check {
    @Override
    public Set<Topic> needs() {
        return Set.of(Topic.CARD);
    }

    @Override
    public Finding look(Examination examination) {
        KeySlot slot = Doctor.slot(topic, examination);
        Optional<Certificate> held = examination.certificate(slot);
        if (held.isEmpty()) {
            return new NotDone(Why.NOT_ON_CARD);
        }
        Validity validity = held.get().validity();
        List<Fact> seen = new ArrayList<>();
        seen.add(new Fact(Label.SUBJECT, held.get().subjectText()));
        seen.add(new Fact(Label.SERIAL_NUMBER, held.get().serialNumber().hex()));
        seen.add(
                new Fact(
                        Label.VALIDITY,
                        "%s ~ %s".formatted(validity.notBefore(), validity.notAfter())));
        Instant now = examination.surroundings().clock().instant();
        if (validity.contains(now)) {
            return new Finding.Passed(seen);
        }
        return new Finding.Failed(
                now.isBefore(validity.notBefore())
                        ? Problem.CERTIFICATE_NOT_YET_VALID
                        : Problem.CERTIFICATE_EXPIRED,
                seen);
    }
}
