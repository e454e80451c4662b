// SPDX-License-Identifier: Apache-2.0
package perennial.card.pkcs11;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import perennial.card.CardAbilities;
import perennial.card.ReKeyWay;
import perennial.core.crypto.KeyAlgorithm;

/// Finds out what a token can do without changing it: the mechanisms that it names, its flags, and
/// what it says to a certificate of a kind that nobody has (CKC_VENDOR_DEFINED), which no token
/// stores. An ordinary one without content would not do: SoftHSM 2.6 refuses it and keeps it.
///
/// A token that refuses even that for want of rights is asked again by nobody: before the login it
/// counts as writable by the holder, after it the refusal means that a second secret is asked for.
record TokenProbe(TokenSession session, TokenLogin login) {
    /// Less room for private objects than any key pair takes.
    private static final long FULL = 512;

    private static final long NOBODYS_KIND = 0x8000_5052L;
    private static final String LABEL = "perennial probe";

    CardAbilities abilities() {
        Answer.Token token = session.token();
        Writing writing = token.has(Ck.CKF_WRITE_PROTECTED) ? Writing.NOBODY : writing();
        Set<KeyAlgorithm> newKeys = writing == Writing.NOBODY ? Set.of() : newKeys();
        int free = freeContainers(token);
        Set<ReKeyWay> ways = EnumSet.noneOf(ReKeyWay.class);
        if (!newKeys.isEmpty()) {
            ways.add(ReKeyWay.IN_PLACE);
            if (free > 0) {
                ways.add(ReKeyWay.BESIDE);
            }
        }
        return new CardAbilities(
                "PKCS #11 " + token.model(),
                "%s %s %s".formatted(token.manufacturer(), token.model(), token.firmware()).strip(),
                writing != Writing.NOBODY,
                ways,
                newKeys,
                writing == Writing.OFFICER,
                ways.isEmpty() ? 0 : free);
    }

    private Writing writing() {
        List<Attribute> nobodys =
                List.of(
                        Attribute.of(Ck.CKA_CLASS, Ck.CKO_CERTIFICATE),
                        Attribute.of(Ck.CKA_CERTIFICATE_TYPE, NOBODYS_KIND),
                        Attribute.of(Ck.CKA_TOKEN, true),
                        Attribute.of(Ck.CKA_LABEL, LABEL));
        try {
            session.destroy(session.create(nobodys));
            return Writing.HOLDER;
        } catch (CryptokiException e) {
            return classified(e.code());
        }
    }

    private Writing classified(ReturnCode code) {
        if (Refusal.isOfRights(code)) {
            return login.isVerified() ? Writing.OFFICER : Writing.HOLDER;
        }
        boolean refused =
                code.equals(ReturnCode.FUNCTION_NOT_SUPPORTED)
                        || code.equals(ReturnCode.TOKEN_WRITE_PROTECTED)
                        || code.equals(ReturnCode.SESSION_READ_ONLY)
                        || code.equals(ReturnCode.ACTION_PROHIBITED)
                        || Refusal.isLost(code);
        return refused ? Writing.NOBODY : Writing.HOLDER;
    }

    private Set<KeyAlgorithm> newKeys() {
        List<Long> mechanisms = session.call(new Call.GetMechanismList(session.slot())).values();
        Set<KeyAlgorithm> keys = EnumSet.noneOf(KeyAlgorithm.class);
        for (KeyAlgorithm algorithm : KeyAlgorithm.values()) {
            long mechanism = KeyMaker.mechanism(algorithm).type();
            if (mechanisms.contains(mechanism) && makes(mechanism, bits(algorithm))) {
                keys.add(algorithm);
            }
        }
        return keys;
    }

    private boolean makes(long mechanism, int bits) {
        try {
            Answer.MechanismLimits limits =
                    session.call(new Call.GetMechanism(session.slot(), mechanism));
            return limits.minKeySize() <= bits && bits <= limits.maxKeySize();
        } catch (CryptokiException e) {
            if (e.code().equals(ReturnCode.MECHANISM_INVALID)) {
                return false;
            }
            throw e;
        }
    }

    /// PKCS #11 counts no containers: one where there is room, or where the token does not tell.
    private static int freeContainers(Answer.Token token) {
        long free = token.freePrivateMemory();
        return free == Ck.UNAVAILABLE_INFORMATION || free == 0 || free > FULL ? 1 : 0;
    }

    private static int bits(KeyAlgorithm algorithm) {
        return switch (algorithm) {
            case RSA_2048 -> 2048;
            case RSA_3072 -> 3072;
            case P_256 -> 256;
            case P_384 -> 384;
        };
    }

    private enum Writing {
        HOLDER,
        OFFICER,
        NOBODY
    }
}
