// SPDX-License-Identifier: Apache-2.0
package perennial.agent.sockets;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// Owners by the beginning of the kernel's tables, which is all of them on most computers, and from
/// the first connection on that is not there by [NetlinkOwners], or by the whole tables where there
/// are none.
///
/// Netlink alone would do. Its functions cost an agent that starts 170 ms and 4 MiB to link
/// (decision 18), and most agents never need them.
final class LinuxOwners implements SocketOwners {
    private final SocketOwners beginning;
    private final Supplier<SocketOwners> further;
    private final ReentrantLock opening = new ReentrantLock();
    private final AtomicReference<Optional<SocketOwners>> opened =
            new AtomicReference<>(Optional.empty());

    /// @param further called once at most, when the beginning is not enough
    LinuxOwners(SocketOwners beginning, Supplier<SocketOwners> further) {
        this.beginning = beginning;
        this.further = further;
    }

    static LinuxOwners ofThisSystem() {
        return new LinuxOwners(ProcNetOwners.ofBeginning(), LinuxOwners::everything);
    }

    private static SocketOwners everything() {
        Optional<NetlinkOwners> netlink = NetlinkOwners.ifAnswered();
        return netlink.isPresent() ? netlink.get() : ProcNetOwners.ofWhole();
    }

    @Override
    public Optional<SocketOwner> owner(InetSocketAddress local, InetSocketAddress remote)
            throws IOException {
        if (opened.get().isEmpty()) {
            Optional<SocketOwner> found = beginning.owner(local, remote);
            if (found.isPresent()) {
                return found;
            }
        }
        return opened().owner(local, remote);
    }

    private SocketOwners opened() {
        opening.lock();
        try {
            SocketOwners owners = opened.get().orElseGet(further);
            opened.set(Optional.of(owners));
            return owners;
        } finally {
            opening.unlock();
        }
    }
}
