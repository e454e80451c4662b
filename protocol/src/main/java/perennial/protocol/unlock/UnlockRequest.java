// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.unlock;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import org.bouncycastle.asn1.ASN1Sequence;
import perennial.core.advice.Problem;
import perennial.core.certificate.CardNumber;

/// A holder's request as the authority reads it; who made it is not known before [#provedBy].
public final class UnlockRequest {
    static final byte[] PROOF_LABEL =
            "perennial unlock request 1".getBytes(StandardCharsets.US_ASCII);
    static final int NONCE = 16;
    static final int PROOF = 32;
    static final int PARTS = 5;

    private final byte[] message;
    private final byte[] body;
    private final byte[] proof;
    private final CardNumber card;
    private final Instant time;
    private final byte[] point;

    private UnlockRequest(byte[] message, ASN1Sequence request) {
        ASN1Sequence read = ASN1Sequence.getInstance(request.getObjectAt(0));
        UnlockSyntax.requireVersion(read, PARTS);
        if (request.size() != 2) {
            throw new IllegalArgumentException("expected body and proof");
        }
        this.message = message;
        this.body = UnlockSyntax.der(read);
        this.proof = UnlockSyntax.octets(request, 1, PROOF);
        this.card = UnlockSyntax.card(read, 1);
        this.time = UnlockSyntax.time(read, 2);
        byte[] _ = UnlockSyntax.octets(read, 3, NONCE);
        this.point = UnlockSyntax.octets(read, 4, UnlockKeys.POINT);
    }

    /// Reads DER or the text form.
    ///
    /// @throws UnlockMessageException REQUEST_INVALID
    public static UnlockRequest read(byte[] derOrText) {
        byte[] message = UnlockSyntax.octets(derOrText, Problem.REQUEST_INVALID);
        return UnlockSyntax.read(
                message, Problem.REQUEST_INVALID, sequence -> new UnlockRequest(message, sequence));
    }

    public CardNumber card() {
        return card;
    }

    /// When it was made, by the clock of the holder's computer.
    public Instant time() {
        return time;
    }

    /// Whether whoever made it knew the code behind the verifier; takes the same time either way.
    ///
    /// @param verifier see [UserCode#verifier]
    public boolean provedBy(byte[] verifier) {
        return MessageDigest.isEqual(UnlockKeys.mac(verifier, PROOF_LABEL, body), proof);
    }

    byte[] point() {
        return point;
    }

    /// SHA-256 of the whole message: what the answer is bound to.
    byte[] digest() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
