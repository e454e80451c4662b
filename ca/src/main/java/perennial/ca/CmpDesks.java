// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import javax.crypto.SecretKey;
import perennial.ca.cmp.AuthoritySupport;
import perennial.ca.cmp.EnrolmentDesk;
import perennial.ca.cmp.EnrolmentKey;
import perennial.ca.cmp.EnrolmentSecrets;
import perennial.core.certificate.Certificate;
import perennial.protocol.cmp.AuthorityEndpoint;
import perennial.protocol.cmp.Credential;

/// What an authority needs to be spoken to over CMP. Nothing is made or read before it is.
final class CmpDesks {
    private static final String KEY_FILE = "enrolment.p12";

    private final LocalCa authority;
    private final AuthorityHome home;
    private final EnrolmentDesk.Stores stores;
    private final Clock clock;
    private final SecureRandom random;

    CmpDesks(
            LocalCa authority,
            AuthorityHome home,
            EnrolmentDesk.Stores stores,
            Clock clock,
            SecureRandom random) {
        this.authority = authority;
        this.home = home;
        this.stores = stores;
        this.clock = clock;
        this.random = random;
    }

    AuthorityEndpoint endpoint(EnrolmentPolicy policy) {
        Supplier<Credential> own = this::credential;
        AuthoritySupport support =
                new AuthoritySupport(
                        authority,
                        authority.chain(),
                        home.settings().profiles(),
                        policy,
                        new AuthoritySupport.Crl(
                                URI.create(home.settings().publicBase() + "/crl/"), authority::crl),
                        clock);
        return new AuthorityEndpoint(desk(policy), support, own, clock, random);
    }

    EnrolmentDesk desk(EnrolmentPolicy policy) {
        return new EnrolmentDesk(
                new EnrolmentDesk.Authority(
                        authority, authority.chain().getFirst(), home.settings().profiles()),
                stores,
                secrets(),
                policy,
                clock);
    }

    EnrolmentSecrets secrets() {
        SecretKey key =
                EnrolmentKey.open(home.folder().resolve(KEY_FILE), home.passphrase(), random);
        return new EnrolmentSecrets(stores.enrolments(), key, clock, random);
    }

    private Credential credential() {
        Certificate issuing = authority.chain().getFirst();
        ServiceCredential own =
                authority.serviceCredential(
                        StandardProfiles.CMP_RESPONDER,
                        LocalCa.serviceName(issuing.subject(), "CMP Responder"));
        return new Credential(own.signer(), own.certificate(), List.of(issuing));
    }
}
