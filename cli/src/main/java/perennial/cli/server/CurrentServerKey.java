// SPDX-License-Identifier: Apache-2.0
package perennial.cli.server;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/// Gives each handshake the credential that is current when it begins. The alias names the
/// certificate, so that a handshake which began with one does not end with the key of another.
final class CurrentServerKey extends X509ExtendedKeyManager {
    /// The newest and the one before: no handshake lasts longer.
    private static final int KEPT = 2;

    private final Supplier<TlsCredential> credential;
    private final Map<String, TlsCredential> byAlias = new ConcurrentHashMap<>();

    CurrentServerKey(Supplier<TlsCredential> credential) {
        this.credential = credential;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        TlsCredential current = credential.get();
        if (!keyType.equals(keyType(current.key()))) {
            return null;
        }
        X509Certificate own = current.chain().getFirst();
        String alias = HexFormat.of().formatHex(own.getSerialNumber().toByteArray());
        if (byAlias.put(alias, current) == null && byAlias.size() > KEPT) {
            byAlias.keySet().stream()
                    .filter(other -> !other.equals(alias))
                    .findFirst()
                    .ifPresent(byAlias::remove);
        }
        return alias;
    }

    @Override
    public @Nullable String chooseServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return chooseEngineServerAlias(keyType, issuers, null);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        TlsCredential chosen = byAlias.get(alias);
        return chosen == null ? null : chosen.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        TlsCredential chosen = byAlias.get(alias);
        return chosen == null ? null : chosen.key();
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        String alias = chooseEngineServerAlias(keyType, issuers, null);
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    /// As JSSE names it.
    private static String keyType(PrivateKey key) {
        return key.getAlgorithm().equals("Ed25519") ? "EdDSA" : key.getAlgorithm();
    }
}
