// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import perennial.card.CardException;
import perennial.card.CardSession;
import perennial.card.KeyReplacement;
import perennial.card.KeySlot;
import perennial.card.ReKeyWay;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.KeyAlgorithm;

/// Pulls the token out at every call that may change it, before and after the call; a second
/// session, which knows what a journal would tell it, finishes, and nothing is lost.
class Pkcs11SweepTest {
    private static final byte[] MESSAGE = "展期".getBytes(StandardCharsets.UTF_8);
    private static final KeyAlgorithm ALGORITHM = KeyAlgorithm.P_256;

    @TempDir static Path directory;
    private static SoftHsm hsm;

    private final TokenCertificates authority = new TokenCertificates();

    @BeforeAll
    static void start() throws Exception {
        hsm = SoftHsm.in(directory);
    }

    @AfterAll
    static void stop() {
        hsm.close();
    }

    /// What is done to the token, and how a second session goes on.
    private interface Change {
        /// Does it, from wherever the token is.
        ///
        /// @param known what a journal holds: the certificate, once there is one
        Certificate run(CardSession session, Certificate old, Optional<Certificate> known);

        /// What must be true at every moment, also right after the cut.
        default void always(CardSession session, Certificate old) {}
    }

    @Test
    void a_write_is_finished_by_the_next_session() {
        sweep("write", UnaryOperator.identity(), KeySlot.DIGITAL_SIGNATURE, new Write());
    }

    @Test
    void a_write_to_a_token_that_takes_one_certificate_is_finished_by_the_next_session() {
        sweep(
                "write, one certificate",
                OneCertificateToken::new,
                KeySlot.DIGITAL_SIGNATURE,
                new Write());
    }

    @Test
    void a_key_beside_is_finished_by_the_next_session_and_the_old_one_signs_until_then() {
        sweep(
                "beside",
                UnaryOperator.identity(),
                KeySlot.DIGITAL_SIGNATURE,
                new Replace(KeySlot.DIGITAL_SIGNATURE, ReKeyWay.BESIDE));
    }

    @Test
    void a_deciphering_key_beside_is_finished_and_the_old_one_deciphers_for_ever() {
        sweep(
                "beside, deciphering",
                UnaryOperator.identity(),
                KeySlot.KEY_MANAGEMENT,
                new Replace(KeySlot.KEY_MANAGEMENT, ReKeyWay.BESIDE));
    }

    @Test
    void a_key_in_place_is_finished_by_the_next_session() {
        sweep(
                "in place",
                UnaryOperator.identity(),
                KeySlot.DIGITAL_SIGNATURE,
                new Replace(KeySlot.DIGITAL_SIGNATURE, ReKeyWay.IN_PLACE));
    }

    private final class Write implements Change {
        @Override
        public Certificate run(CardSession session, Certificate old, Optional<Certificate> known) {
            Certificate fresh =
                    known.orElseGet(
                            () -> authority.issue(old.publicKey(), TokenCertificates.SIGNING));
            journal = Optional.of(fresh);
            session.write(KeySlot.DIGITAL_SIGNATURE, fresh);
            return fresh;
        }
    }

    /// What the agent has written down of the renewal under way.
    private Optional<Certificate> journal = Optional.empty();

    private final class Replace implements Change {
        private final KeySlot slot;
        private final ReKeyWay way;

        Replace(KeySlot slot, ReKeyWay way) {
            this.slot = slot;
            this.way = way;
        }

        @Override
        public Certificate run(CardSession session, Certificate old, Optional<Certificate> known) {
            KeyReplacement replacement = session.replacement(slot, way);
            Certificate fresh = known.orElse(null);
            if (fresh == null) {
                PublicKey key =
                        replacement
                                .generated()
                                .filter(made -> !made.equals(old.publicKey()))
                                .orElseGet(() -> replacement.generate(ALGORITHM));
                fresh = authority.issue(key, usage(slot));
                journal = Optional.of(fresh);
            }
            replacement.install(fresh);
            replacement.retire(old);
            return fresh;
        }

        @Override
        public void always(CardSession session, Certificate old) {
            if (way == ReKeyWay.BESIDE) {
                Certificate now = session.certificate(slot).orElseThrow();
                use(session, now);
                if (slot == KeySlot.KEY_MANAGEMENT) {
                    assertTrue(session.replacement(slot, way).holds(old.publicKey()));
                }
            }
        }

        private void use(CardSession session, Certificate now) {
            if (slot == KeySlot.KEY_MANAGEMENT) {
                assertTrue(session.replacement(slot, way).holds(now.publicKey()));
            } else {
                assertFalse(session.signer(slot).sign(MESSAGE).length == 0);
            }
        }
    }

    private void sweep(String name, UnaryOperator<Cryptoki> token, KeySlot slot, Change change) {
        int calls = uncut(token, slot, change);
        int cases = 0;
        for (CuttingCryptoki.Moment moment : CuttingCryptoki.Moment.values()) {
            for (int cut = 1; cut <= calls; cut++) {
                cut(token, slot, change, cut, moment);
                cases++;
            }
        }
        System.out.printf("sweep: %d cut points of PKCS #11 %s%n", cases, name);
        assertTrue(cases >= 10, "a sweep of " + cases);
    }

    /// How many calls the change takes when nothing happens.
    private int uncut(UnaryOperator<Cryptoki> token, KeySlot slot, Change change) {
        Certificate old = fresh(slot);
        CuttingCryptoki counted =
                new CuttingCryptoki(token.apply(hsm.library()), 0, CuttingCryptoki.Moment.BEFORE);
        try (CardSession session = SoftHsm.verified(hsm.open(counted))) {
            change.run(session, old, Optional.empty());
        }
        return counted.calls();
    }

    private void cut(
            UnaryOperator<Cryptoki> token,
            KeySlot slot,
            Change change,
            int cut,
            CuttingCryptoki.Moment moment) {
        String where = "%s call %d".formatted(moment, cut);
        Certificate old = fresh(slot);
        Cryptoki whole = token.apply(hsm.library());
        CuttingCryptoki faulty = new CuttingCryptoki(whole, cut, moment);
        boolean broken = false;
        try (CardSession session = SoftHsm.verified(hsm.open(faulty))) {
            change.run(session, old, Optional.empty());
        } catch (CardException e) {
            broken = true;
        }
        hsm.endSessions();
        assertTrue(broken || cut >= faulty.calls(), where);
        try (CardSession session = SoftHsm.verified(hsm.open(whole))) {
            change.always(session, old);
            Certificate fresh = change.run(session, old, journal);
            assertFinished(session, slot, fresh, where);
        }
    }

    private static void assertFinished(
            CardSession session, KeySlot slot, Certificate fresh, String where) {
        assertEquals(Optional.of(fresh), session.certificate(slot), where);
        assertEquals(3, session.triesLeft(), where);
        if (slot == KeySlot.KEY_MANAGEMENT) {
            assertEquals(4, objects(Ck.CKO_PRIVATE_KEY) + objects(Ck.CKO_CERTIFICATE), where);
        } else {
            assertFalse(session.signer(slot).sign(MESSAGE).length == 0, where);
            assertEquals(1, objects(Ck.CKO_PRIVATE_KEY), where);
            assertEquals(1, objects(Ck.CKO_PUBLIC_KEY), where);
            assertEquals(1, objects(Ck.CKO_CERTIFICATE), where);
        }
    }

    private Certificate fresh(KeySlot slot) {
        hsm.reset();
        journal = Optional.empty();
        return new HolderToken(hsm, authority).put("45", ALGORITHM, usage(slot));
    }

    private static int usage(KeySlot slot) {
        return slot == KeySlot.KEY_MANAGEMENT
                ? TokenCertificates.AGREEING
                : TokenCertificates.SIGNING;
    }

    private static int objects(long kind) {
        long session = hsm.library().call(new Call.OpenSession(hsm.slot(), true)).value();
        int count =
                hsm.library()
                        .call(
                                new Call.FindObjects(
                                        session, List.of(Attribute.of(Ck.CKA_CLASS, kind))))
                        .values()
                        .size();
        hsm.library().call(new Call.CloseSession(session));
        return count;
    }
}
