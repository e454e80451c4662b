// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.http;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import perennial.core.advice.Problem;
import perennial.core.authority.FailInfo;
import perennial.protocol.cmp.ProtocolException;

/// Collects a body, and breaks off once it is longer than allowed.
final class BoundedBody implements BodySubscriber<byte[]> {
    private final int most;
    private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private Flow.@Nullable Subscription subscription;

    /// @param most in octets
    BoundedBody(int most) {
        this.most = most;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> parts) {
        for (ByteBuffer part : parts) {
            if (octets.size() + part.remaining() > most) {
                tooLong();
                return;
            }
            byte[] copy = new byte[part.remaining()];
            part.get(copy);
            octets.writeBytes(copy);
        }
    }

    @Override
    public void onError(Throwable failure) {
        body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        body.complete(octets.toByteArray());
    }

    private void tooLong() {
        if (subscription != null) {
            subscription.cancel();
        }
        body.completeExceptionally(
                new ProtocolException(
                        Problem.RA_ANSWER_INVALID,
                        FailInfo.badDataFormat,
                        "answer is longer than " + most + " octets"));
    }
}
