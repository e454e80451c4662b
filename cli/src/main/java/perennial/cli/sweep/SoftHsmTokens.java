// SPDX-License-Identifier: Apache-2.0
package perennial.cli.sweep;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import perennial.cli.sweep.SweepCase.RenewalMode;

/// SoftHSM's tokens, one for each that is in use at once, emptied between cases.
final class SoftHsmTokens implements Tokens {
    private final SweepAuthority authority;
    private final Path folder;
    private final Victims victims;
    private final SecureRandom random;
    private final ConcurrentLinkedQueue<SoftHsmLibrary> idle = new ConcurrentLinkedQueue<>();
    private final AtomicInteger made = new AtomicInteger();

    SoftHsmTokens(SweepAuthority authority, Path folder, Victims victims, SecureRandom random) {
        this.authority = authority;
        this.folder = folder;
        this.victims = victims;
        this.random = random;
    }

    @Override
    public SweptToken make(RenewalMode mode, Breaker breaker) {
        @Nullable SoftHsmLibrary free = idle.poll();
        SoftHsmLibrary library =
                free != null
                        ? free
                        : new SoftHsmLibrary(folder.resolve("softhsm" + made.incrementAndGet()));
        return new SoftHsmToken(mode, library, authority, breaker, random, () -> idle.add(library));
    }

    @Override
    public boolean kill(SweptToken token, RenewalMode mode, int fact, Path home) {
        SoftHsmToken holder = (SoftHsmToken) token;
        boolean reached =
                victims.kill(
                        List.of(Victim.PKCS11, holder.library().folder().toString(), mode.name()),
                        mode,
                        fact,
                        home,
                        token.pin());
        holder.library().restart();
        return reached;
    }

    @Override
    public void close() {
        idle.forEach(SoftHsmLibrary::close);
    }
}
