// SPDX-License-Identifier: Apache-2.0
package perennial.agent.sockets;

/// Whose one end of a connection is.
///
/// @param user who made the socket; 0 also when it has no program any more
/// @param inode of the program's descriptor; 0 when the program has closed it, whatever the state
///   of the connection, which the kernel may be ending by itself
public record SocketOwner(long user, long inode) {
    /// Whether a program of that user holds it. One that only the kernel holds is nobody's: it
    /// shows user 0, which is root's number too.
    public boolean isHeldBy(long asked) {
        return inode != 0 && user == asked;
    }
}
