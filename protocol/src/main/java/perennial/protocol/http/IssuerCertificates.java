// SPDX-License-Identifier: Apache-2.0
package perennial.protocol.http;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import perennial.core.certificate.Certificate;

/// The certificates above a certificate, from where it says that they are (RFC 5280 4.2.2.1,
/// caIssuers, over HTTP): so that a signature carries what its reader needs.
///
/// What is fetched counts only if it signed the certificate below it; whether it is trusted is the
/// reader's to say. Nothing fails: what cannot be fetched is left out.
public final class IssuerCertificates implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(IssuerCertificates.class.getName());

    /// For each certificate, connection included.
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    private static final int MAX_DEPTH = 4;

    private final HttpClient client;

    public IssuerCertificates() {
        client =
                HttpClient.newBuilder()
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(TIMEOUT)
                        .build();
    }

    /// @return the issuer's first, without the root; empty when there are none or they cannot be
    ///   reached
    public List<Certificate> above(Certificate certificate) {
        List<Certificate> found = new ArrayList<>();
        Certificate below = certificate;
        while (found.size() < MAX_DEPTH) {
            Optional<Certificate> issuer = issuer(below);
            if (issuer.isEmpty() || isRoot(issuer.get())) {
                break;
            }
            found.add(issuer.get());
            below = issuer.get();
        }
        return List.copyOf(found);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private Optional<Certificate> issuer(Certificate below) {
        for (URI place : places(below)) {
            try {
                Certificate fetched = Certificate.ofDer(fetch(place));
                below.x509().verify(fetched.publicKey());
                return Optional.of(fetched);
            } catch (ExecutionException
                    | TimeoutException
                    | GeneralSecurityException
                    | IllegalArgumentException e) {
                LOG.log(System.Logger.Level.DEBUG, "no issuer from " + place, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private byte[] fetch(URI place)
            throws ExecutionException, TimeoutException, InterruptedException {
        HttpRequest get = HttpRequest.newBuilder(place).timeout(TIMEOUT).GET().build();
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(get, head -> new BoundedBody(Certificate.MAX_OCTETS));
        try {
            return answer.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS).body();
        } finally {
            answer.cancel(true);
        }
    }

    private static boolean isRoot(Certificate certificate) {
        return certificate
                .x509()
                .getSubjectX500Principal()
                .equals(certificate.x509().getIssuerX500Principal());
    }

    private static List<URI> places(Certificate certificate) {
        byte[] extension =
                certificate.x509().getExtensionValue(Extension.authorityInfoAccess.getId());
        if (extension == null) {
            return List.of();
        }
        List<URI> places = new ArrayList<>();
        try {
            AuthorityInformationAccess access =
                    AuthorityInformationAccess.getInstance(
                            ASN1OctetString.getInstance(extension).getOctets());
            for (AccessDescription one : access.getAccessDescriptions()) {
                GeneralName where = one.getAccessLocation();
                if (one.getAccessMethod().equals(AccessDescription.id_ad_caIssuers)
                        && where.getTagNo() == GeneralName.uniformResourceIdentifier) {
                    URI uri = URI.create(where.getName().toString());
                    if ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())) {
                        places.add(uri);
                    }
                }
            }
        } catch (IllegalArgumentException e) {
            LOG.log(System.Logger.Level.DEBUG, "unreadable authority information access", e);
        }
        return List.copyOf(places);
    }
}
