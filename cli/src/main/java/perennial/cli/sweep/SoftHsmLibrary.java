// SPDX-License-Identifier: Apache-2.0
package perennial.cli.sweep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import perennial.card.KeySlot;
import perennial.card.pkcs11.Attribute;
import perennial.card.pkcs11.Call;
import perennial.card.pkcs11.Ck;
import perennial.card.pkcs11.Cryptoki;
import perennial.card.pkcs11.Mechanism;
import perennial.card.pkcs11.Pkcs11Module;
import perennial.card.pkcs11.RemoteCryptoki;
import perennial.card.pkcs11.UserType;
import perennial.cli.Failure;
import perennial.core.advice.Problem;
import perennial.core.certificate.Certificate;

/// SoftHSM 2 with one token in a folder of its own, and what an office does to a token before the
/// holder gets it.
final class SoftHsmLibrary implements AutoCloseable {
    static final String PIN = "123456";

    private static final String SO_PIN = "87654321";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final byte[] P_256 = HexFormat.of().parseHex("06082a8648ce3d030107");
    private static final int COORDINATE = 32;
    private static final List<Path> PLACES =
            List.of(
                    Path.of("/usr/lib/softhsm/libsofthsm2.so"),
                    Path.of("/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"),
                    Path.of("/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so"),
                    Path.of("/usr/lib64/pkcs11/libsofthsm2.so"));

    private final Path folder;
    private final Pkcs11Module module;
    private RemoteCryptoki library;
    private long slot;

    /// @param folder where the token is kept
    SoftHsmLibrary(Path folder) {
        this.folder = folder;
        this.module = moduleIn(folder);
        this.library = started();
        this.slot = firstSlot();
    }

    Path folder() {
        return folder;
    }

    private static Pkcs11Module moduleIn(Path folder) {
        Path library =
                PLACES.stream()
                        .filter(Files::exists)
                        .findFirst()
                        .orElseThrow(() ->
                                new Failure(
                                        Problem.TOKEN_LIBRARY_FAILED,
                                        "SoftHSM 2 is not installed"));
        try {
            Path tokens = Files.createDirectories(folder.resolve("tokens"));
            Path settings = folder.resolve("softhsm2.conf");
            Files.writeString(
                    settings,
                    "directories.tokendir = %s%nobjectstore.backend = file%nlog.level = ERROR%n"
                            .formatted(tokens));
            return new Pkcs11Module(
                    "SoftHSM", library, Map.of("SOFTHSM2_CONF", settings.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Cryptoki library() {
        return library;
    }

    long slot() {
        return slot;
    }

    String serialNumber() {
        return library.call(new Call.GetToken(slot)).serialNumber();
    }

    /// An empty token with its PINs.
    void empty() {
        endSessions();
        library.call(new Call.InitToken(slot, octets(SO_PIN), "holder"));
        slot = firstSlot();
        long session = library.call(new Call.OpenSession(slot, true)).value();
        library.call(new Call.Login(session, UserType.SECURITY_OFFICER, octets(SO_PIN)));
        library.call(new Call.InitPin(session, octets(PIN)));
        endSessions();
    }

    /// What the end of a program does to its sessions.
    void endSessions() {
        library.call(new Call.CloseAllSessions(slot));
    }

    /// The same token in another life of the library.
    void restart() {
        library.close();
        library = started();
        slot = firstSlot();
    }

    /// A key pair that the token makes.
    PublicKey generate(KeySlot use) {
        long session = loggedIn();
        boolean signs = use != KeySlot.KEY_MANAGEMENT;
        byte[] id = octets(use.name());
        var made =
                library.call(
                        new Call.GenerateKeyPair(
                                session,
                                new Mechanism.Plain(Ck.CKM_EC_KEY_PAIR_GEN),
                                List.of(
                                        Attribute.of(Ck.CKA_TOKEN, true),
                                        Attribute.of(Ck.CKA_PRIVATE, false),
                                        new Attribute(Ck.CKA_ID, id),
                                        new Attribute(Ck.CKA_EC_PARAMS, P_256)),
                                List.of(
                                        Attribute.of(Ck.CKA_TOKEN, true),
                                        Attribute.of(Ck.CKA_PRIVATE, true),
                                        Attribute.of(Ck.CKA_SENSITIVE, true),
                                        Attribute.of(Ck.CKA_EXTRACTABLE, false),
                                        Attribute.of(Ck.CKA_SIGN, signs),
                                        Attribute.of(Ck.CKA_DERIVE, !signs),
                                        new Attribute(Ck.CKA_ID, id))));
        byte[] point =
                library.call(
                                new Call.GetAttributes(
                                        session, made.publicKey(), List.of(Ck.CKA_EC_POINT)))
                        .values()
                        .getFirst()
                        .orElseThrow();
        endSessions();
        return publicKey(point);
    }

    int privateKeys() {
        long session = loggedIn();
        int count =
                library.call(
                                new Call.FindObjects(
                                        session,
                                        List.of(Attribute.of(Ck.CKA_CLASS, Ck.CKO_PRIVATE_KEY))))
                        .values()
                        .size();
        endSessions();
        return count;
    }

    void install(KeySlot use, Certificate certificate) {
        long session = loggedIn();
        var _ =
                library.call(
                        new Call.CreateObject(
                                session,
                                List.of(
                                        Attribute.of(Ck.CKA_CLASS, Ck.CKO_CERTIFICATE),
                                        Attribute.of(Ck.CKA_CERTIFICATE_TYPE, Ck.CKC_X_509),
                                        Attribute.of(Ck.CKA_TOKEN, true),
                                        Attribute.of(Ck.CKA_PRIVATE, false),
                                        new Attribute(Ck.CKA_ID, octets(use.name())),
                                        new Attribute(
                                                Ck.CKA_SUBJECT, certificate.subject().getEncoded()),
                                        new Attribute(Ck.CKA_VALUE, certificate.der()))));
        endSessions();
    }

    @Override
    public void close() {
        library.close();
    }

    private long loggedIn() {
        long session = library.call(new Call.OpenSession(slot, true)).value();
        library.call(new Call.Login(session, UserType.USER, octets(PIN)));
        return session;
    }

    private RemoteCryptoki started() {
        RemoteCryptoki started = RemoteCryptoki.start(module, PATIENCE);
        started.call(new Call.Initialize());
        return started;
    }

    private long firstSlot() {
        return library.call(new Call.GetSlotList(true)).values().getFirst();
    }

    /// From an uncompressed point in an OCTET STRING.
    private static PublicKey publicKey(byte[] octetString) {
        int y = octetString.length - COORDINATE;
        int x = y - COORDINATE;
        try {
            AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
            curve.init(new ECGenParameterSpec("secp256r1"));
            ECPoint point =
                    new ECPoint(
                            new BigInteger(1, Arrays.copyOfRange(octetString, x, y)),
                            new BigInteger(
                                    1, Arrays.copyOfRange(octetString, y, octetString.length)));
            return KeyFactory.getInstance("EC")
                    .generatePublic(
                            new ECPublicKeySpec(
                                    point, curve.getParameterSpec(ECParameterSpec.class)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the token's new public key is none", e);
        }
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
