// SPDX-License-Identifier: Apache-2.0
package perennial.ca;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.security.auth.x500.X500Principal;
import javax.sql.DataSource;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.bc.BcX509ExtensionUtils;
import perennial.ca.audit.AuditEvent;
import perennial.ca.audit.AuditTrail;
import perennial.ca.audit.AuthorityAudit;
import perennial.ca.cmp.EnrolmentDesk;
import perennial.ca.crl.CrlHandler;
import perennial.ca.crl.CrlPublisher;
import perennial.ca.est.EstDesk;
import perennial.ca.http.CertificatesHandler;
import perennial.ca.http.FirstFound;
import perennial.ca.issue.Issuance;
import perennial.ca.issue.IssuingKey;
import perennial.ca.issue.RenewalGate;
import perennial.ca.issue.key.BlockedKeys;
import perennial.ca.issue.key.KeyCheck;
import perennial.ca.keys.CaKeys;
import perennial.ca.ocsp.OcspHandler;
import perennial.ca.ocsp.OcspResponder;
import perennial.ca.ocsp.StatusIssuer;
import perennial.ca.renewal.RenewalInformation;
import perennial.ca.renewal.RenewalInformationHandler;
import perennial.ca.rest.RestAuthority;
import perennial.ca.rest.RestHandler;
import perennial.ca.revoke.Revocation;
import perennial.ca.store.AuthorityStore;
import perennial.ca.store.CertificateDirectory;
import perennial.ca.store.CrlStore;
import perennial.ca.store.Database;
import perennial.ca.store.EnrolmentStore;
import perennial.ca.store.IncidentStore;
import perennial.ca.store.IssuanceStore;
import perennial.ca.store.LineageStore;
import perennial.ca.store.RevokedRows;
import perennial.ca.store.StatusStore;
import perennial.core.advice.Problem;
import perennial.core.authority.CertificationAuthority;
import perennial.core.authority.CertificationRequest;
import perennial.core.authority.IssueOutcome;
import perennial.core.authority.RevocationOutcome;
import perennial.core.authority.RevocationRequest;
import perennial.core.certificate.CertStatus;
import perennial.core.certificate.Certificate;
import perennial.core.certificate.CertificateId;
import perennial.core.renewal.RenewalPolicy;
import perennial.protocol.cmp.SharedSecret;
import perennial.protocol.est.EstService;
import perennial.protocol.est.RequestHints;
import perennial.protocol.http.BytesHandler;

/// A root and an issuing authority in this process, with their keys in files and their memory in a
/// database. Its methods throw [CaException] with DATABASE_UNAVAILABLE when the database does not
/// answer; then asking again is always safe.
public final class LocalCa implements CertificationAuthority, AutoCloseable {
    private final CaKeys keys;
    private final Issuance issuance;
    private final StatusStore statuses;
    private final Revocation revocation;
    private final CrlPublisher crl;
    private final StatusIssuer statusIssuer;
    private final OcspResponder ocsp;
    private final ServiceCredentials services;
    private final IssuanceStore issued;
    private final RenewalGate renewals;
    private final RenewalInformation renewalInformation;
    private final RestAuthority rest;
    private final List<CertificateProfile> profiles;
    private final CmpDesks cmp;
    private final Clock clock;
    private final String name;

    private LocalCa(AuthorityHome home, CaKeys keys, Surroundings surroundings) {
        Database database = new Database(surroundings.database());
        SecureRandom random = surroundings.random();
        Clock clock = surroundings.clock();
        AuthoritySettings authority = home.settings();
        AuthorityStore authorities = new AuthorityStore(database);
        short id = authorities.bind(authority.name(), keyId(keys.issuing().certificate()));
        AuthorityAudit audit = new AuthorityAudit(authority.name(), surroundings.trail());
        audit.keyReady("issuing", AuditEvent.KeyReady.Origin.OPENED, keys.issuing().certificate());
        IssuingKey key = new IssuingKey(keys.issuing(), audit);
        this.keys = keys;
        this.clock = clock;
        this.name = authority.name();
        this.statuses = new StatusStore(database, id);
        this.issued = new IssuanceStore(database, id);
        this.profiles = authority.profiles();
        LineageStore lineages = new LineageStore(database, id);
        IncidentStore incidents = new IncidentStore(database, id);
        this.renewals = new RenewalGate(lineages, statuses, this::renewalPolicy, clock);
        this.renewalInformation =
                new RenewalInformation(lineages, statuses, incidents, this::renewalPolicy);
        this.issuance =
                new Issuance(
                        key,
                        new Issuance.Rules(
                                authority,
                                new KeyCheck(
                                        home.blockedKeys()
                                                .map(BlockedKeys::read)
                                                .orElse(BlockedKeys.NONE))),
                        new Issuance.Stores(issued, statuses),
                        audit,
                        clock,
                        random);
        this.crl =
                new CrlPublisher(
                        key,
                        authority,
                        new CrlStore(database, id),
                        new RevokedRows(database, id),
                        home.folder().resolve("crl"),
                        clock);
        this.revocation = new Revocation(statuses, audit, clock);
        this.services = new ServiceCredentials(home, key.certificate(), issuance, clock, random);
        this.cmp =
                new CmpDesks(
                        this,
                        home,
                        new EnrolmentDesk.Stores(issued, new EnrolmentStore(database, id)),
                        clock,
                        random);
        this.statusIssuer =
                new StatusIssuer(key.certificate(), statuses::standing, this::ocspSigner);
        this.ocsp = new OcspResponder(List.of(statusIssuer), clock);
        this.rest =
                new RestAuthority(
                        authority.name(),
                        this,
                        key.certificate(),
                        profiles,
                        new RestAuthority.Stores(
                                lineages, new CertificateDirectory(database, id), incidents),
                        this::crl);
    }

    /// Opens the authority without an audit trail. Makes its keys when there are none yet, and a
    /// certificate for its status service when there is none or it is old.
    ///
    /// @param database PostgreSQL with the migrations of `perennial/ca/db` in schema `ca`; stays
    ///   the caller's to close
    /// @throws CaException FILE_NOT_USABLE, CONFIGURATION_INVALID or DATABASE_UNAVAILABLE
    public static LocalCa open(
            CaSettings settings, DataSource database, Clock clock, SecureRandom random) {
        return open(settings, database, AuditTrail.unrecorded(), clock, random);
    }

    /// The same with an audit trail: without its record nothing is issued and nothing revoked.
    ///
    /// @param trail stays the caller's to close
    public static LocalCa open(
            CaSettings settings,
            DataSource database,
            AuditTrail trail,
            Clock clock,
            SecureRandom random) {
        CaKeys keys = CaKeys.open(settings, clock, random);
        return open(
                settings.home(),
                keys.root(),
                keys.issuing(),
                new Surroundings(database, trail, clock, random));
    }

    /// What an authority stands on.
    ///
    /// @param trail stays the caller's to close, and so does the database
    public record Surroundings(
            DataSource database, AuditTrail trail, Clock clock, SecureRandom random) {}

    /// The same for keys that a ceremony made, wherever they live. An issuing key that is out of
    /// reach does not keep the authority from being opened as long as its services have
    /// certificates: status goes on, issuing comes back with the key.
    ///
    /// @throws CaException FILE_NOT_USABLE, CONFIGURATION_INVALID or DATABASE_UNAVAILABLE;
    ///   HSM_UNAVAILABLE when a service needs a certificate now
    public static LocalCa open(
            AuthorityHome home,
            Certificate root,
            ServiceCredential issuing,
            Surroundings surroundings) {
        LocalCa authority = new LocalCa(home, new CaKeys(root, issuing), surroundings);
        authority.ocspSigner();
        return authority;
    }

    @Override
    public IssueOutcome issue(CertificationRequest request) {
        return issuance.issue(request);
    }

    @Override
    public RevocationOutcome revoke(RevocationRequest request) {
        return isOurs(request.certificate())
                ? revocation.revoke(request)
                : Revocation.unknown(request.certificate());
    }

    @Override
    public CertStatus status(CertificateId certificate) {
        return isOurs(certificate)
                ? statuses.status(certificate.serialNumber())
                : new CertStatus.Unknown();
    }

    /// Issuing authority first, root last.
    public List<Certificate> chain() {
        return List.of(keys.issuing().certificate(), keys.root());
    }

    /// The authority's own certificates in use, by name: `root`, `issuing`, and each service's by
    /// its profile. Services' renew themselves while the issuing key can be used; the other two are
    /// renewed by a ceremony, so whoever watches them has to know in time.
    public Map<String, Certificate> ownCertificates() {
        Map<String, Certificate> own = new TreeMap<>(services.certificates());
        own.put("root", keys.root());
        own.put("issuing", keys.issuing().certificate());
        return own;
    }

    /// The answer to an OCSP request (RFC 6960), both DER.
    public byte[] ocsp(byte[] request) {
        return ocsp.respond(request);
    }

    /// The full CRL of the issuing authority (RFC 5280 5), DER.
    public byte[] crl() {
        return crl.der();
    }

    /// What stands behind EST (RFC 7030) for this authority.
    ///
    /// @param profile of the certificates that registration authorities enrol for; whoever renews
    ///   gets the profile of the certificate that is renewed
    public EstService est(String profile) {
        CertificateProfile first =
                profile(profile)
                        .orElseThrow(() ->
                                new CaException(
                                        Problem.CONFIGURATION_INVALID,
                                        "no profile is named " + profile));
        return new EstDesk(
                this,
                chain(),
                new EstDesk.Enrolment(
                        profile, new RequestHints(first.keyUsages(), first.extendedKeyUsages())),
                renewals,
                transaction -> issued.find(transaction).isPresent(),
                clock);
    }

    /// When certificates should be renewed (RFC 9773), to be mounted at `/renewal-info`.
    public BytesHandler renewalInformationHandler() {
        return renewalInformationHandler(List.of(this));
    }

    /// The same for several authorities in one place.
    public static BytesHandler renewalInformationHandler(List<LocalCa> authorities) {
        return new RenewalInformationHandler(
                authorities.stream()
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        one ->
                                                HexFormat.of()
                                                        .formatHex(
                                                                keyId(
                                                                        one.keys
                                                                                .issuing()
                                                                                .certificate())),
                                        one -> one.renewalInformation)));
    }

    /// The REST door of these authorities, to be mounted at `/api` of a listener that asks clients
    /// for certificates, with bodies of at most 64 KiB.
    public static BytesHandler restHandler(
            List<LocalCa> authorities, RestAccess access, Clock clock) {
        return new RestHandler(
                authorities.stream().map(authority -> authority.rest).toList(), access, clock);
    }

    /// Issues every CRL that is due. To be called every minute or so, by every node; one of them
    /// does it.
    public void publishCrls() {
        crl.publishDue();
    }

    /// How each CRL stands now.
    public List<CrlHealth> crlHealth() {
        return crl.health();
    }

    /// To be mounted at `/ocsp`, with a body of at most 4096 octets.
    public BytesHandler ocspHandler() {
        return new OcspHandler(ocsp, clock);
    }

    /// One status service for several authorities, each with its own signer; to be mounted like
    /// [#ocspHandler()].
    public static BytesHandler ocspHandler(List<LocalCa> authorities, Clock clock) {
        return new OcspHandler(
                new OcspResponder(
                        authorities.stream().map(authority -> authority.statusIssuer).toList(),
                        clock),
                clock);
    }

    /// To be mounted at `/crl`: `/issuing.crl`.
    public BytesHandler crlHandler() {
        return new CrlHandler(name, crl, clock);
    }

    /// The CRLs of several authorities in one place.
    public static BytesHandler crlHandler(List<LocalCa> authorities) {
        return new FirstFound(authorities.stream().map(LocalCa::crlHandler).toList());
    }

    /// The certificates of several authorities in one place.
    public static BytesHandler certificatesHandler(List<LocalCa> authorities) {
        return new FirstFound(authorities.stream().map(LocalCa::certificatesHandler).toList());
    }

    /// To be mounted at `/certs`: by the name of the authority, and `/root.cer`.
    public BytesHandler certificatesHandler() {
        return new CertificatesHandler(name, keys.issuing().certificate(), keys.root(), clock);
    }

    /// The authority's own CMP endpoint (RFC 9483), to be mounted at `/.well-known/cmp` with a body
    /// of at most [AuthorityEndpoint#MAX_OCTETS].
    public BytesHandler cmpHandler(EnrolmentPolicy policy) {
        return cmp.endpoint(policy);
    }

    /// A secret by which its holder asks once for a certificate of this subject over CMP. The
    /// caller hands it over in private and closes it.
    ///
    /// @param profile one of those that the endpoint's policy issues by
    public SharedSecret enrolmentSecret(X500Principal subject, String profile, Duration validFor) {
        return cmp.secrets().grant(subject, profile, validFor);
    }

    /// Revokes certificates whose confirmation over CMP did not come, where that is the policy; to
    /// be called now and then, on any node.
    ///
    /// @return how many were, at most 100 at once
    public int revokeUnconfirmed(EnrolmentPolicy policy) {
        return cmp.desk(policy).revokeUnconfirmed(100);
    }

    /// A key and a certificate for a service beside this authority, from its file in the folder, or
    /// made new when there is none or less than half of its life is left.
    ///
    /// @param profile its name is the file's name too
    /// @throws CaException when there is none that is valid now and none can be made
    public ServiceCredential serviceCredential(String profile, X500Principal subject) {
        return services.get(profile, subject);
    }

    /// Nothing is held open: files and database are used and let go in each call.
    @Override
    public void close() {}

    private boolean isOurs(CertificateId certificate) {
        return certificate.issuer().equals(keys.issuing().certificate().subject());
    }

    private Optional<RenewalPolicy> renewalPolicy(String profile) {
        return profile(profile).flatMap(CertificateProfile::renewal);
    }

    private Optional<CertificateProfile> profile(String name) {
        return profiles.stream().filter(one -> one.name().equals(name)).findFirst();
    }

    private ServiceCredential ocspSigner() {
        return services.get(
                StandardProfiles.OCSP_RESPONDER,
                serviceName(keys.issuing().certificate().subject(), "OCSP Responder"));
    }

    /// The issuing authority's name with another common name.
    static X500Principal serviceName(X500Principal issuing, String commonName) {
        X500NameBuilder name = new X500NameBuilder();
        for (RDN part : X500Name.getInstance(issuing.getEncoded()).getRDNs()) {
            if (!part.getFirst().getType().equals(BCStyle.CN)) {
                name.addMultiValuedRDN(part.getTypesAndValues());
            }
        }
        name.addRDN(BCStyle.CN, commonName);
        try {
            return new X500Principal(name.build().getEncoded());
        } catch (IOException e) {
            throw new IllegalStateException("a name of ours encodes", e);
        }
    }

    private static byte[] keyId(Certificate issuing) {
        return new BcX509ExtensionUtils()
                .createSubjectKeyIdentifier(
                        SubjectPublicKeyInfo.getInstance(issuing.publicKey().getEncoded()))
                .getKeyIdentifier();
    }
}
