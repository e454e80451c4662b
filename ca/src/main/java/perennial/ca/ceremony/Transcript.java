// SPDX-License-Identifier: Apache-2.0
package perennial.ca.ceremony;

import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.cert.bc.BcX509ExtensionUtils;
import perennial.core.certificate.Certificate;
import perennial.core.crypto.DigestAlgorithm;
import perennial.core.crypto.KeyKind;

/// What was done, for people to read, compare and sign: text in UTF-8 with nothing in it that
/// depends on the machine. Digests are SHA-256.
final class Transcript {
    private static final String RULE = "-".repeat(72);

    private final StringBuilder text = new StringBuilder();
    private int steps;

    Transcript(String title, Instant begun, String software, byte[] plan) {
        line("金鑰儀式紀錄 Key ceremony transcript");
        line(title);
        line(RULE);
        line("開始 Begun (UTC)      %s".formatted(begun));
        line("軟體 Software         %s".formatted(software));
        line("儀式檔 Plan SHA-256   %s".formatted(digest(plan)));
        line("");
    }

    void step(String chinese, String english) {
        steps++;
        line("%d. %s".formatted(steps, chinese));
        line("   %s".formatted(english));
    }

    void key(String name, String place, PublicKey key) {
        fact("金鑰 Key", "%s, %s".formatted(name, kind(key)));
        fact("位置 Place", place);
        fact("SPKI SHA-256", digest(key.getEncoded()));
        line("");
    }

    void certificate(Certificate certificate) {
        fact("主體 Subject", certificate.subjectText());
        fact("簽發者 Issuer", certificate.issuerText());
        fact("序號 Serial", certificate.serialNumber().hex());
        fact("生效 From (UTC)", certificate.validity().notBefore().toString());
        fact("到期 To (UTC)", certificate.validity().notAfter().toString());
        fact("金鑰種類 Key kind", kind(certificate.publicKey()));
        fact("金鑰識別 SKI", identifier(certificate.publicKey()));
        fact("憑證 SHA-256", certificate.fingerprint());
        fact("SPKI SHA-256", digest(certificate.publicKey().getEncoded()));
        line("");
    }

    void file(String name, byte[] content) {
        fact("檔案 File", "%s, SHA-256 %s".formatted(name, digest(content)));
        line("");
    }

    /// The whole text, with a line for each witness to sign on.
    byte[] finished(Instant ended, List<String> witnesses) {
        line("結束 Ended (UTC)      %s".formatted(ended));
        line(RULE);
        line("以下人員在場見證，並核對上列雜湊值。");
        line("The undersigned were present and compared the digests above.");
        for (String witness : witnesses) {
            line("");
            line(witness);
            line("  姓名 Name ______________________  簽名 Signature ______________________");
            line("  日期 Date ______________________");
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void fact(String name, String value) {
        line("   %s: %s".formatted(name, value));
    }

    private void line(String content) {
        text.append(content).append('\n');
    }

    private static String kind(PublicKey key) {
        return KeyKind.of(key).map(KeyKind::text).orElseGet(key::getAlgorithm);
    }

    private static String identifier(PublicKey key) {
        return HexFormat.of()
                .formatHex(
                        new BcX509ExtensionUtils()
                                .createSubjectKeyIdentifier(CaTbs.encoded(key))
                                .getKeyIdentifier());
    }

    private static String digest(byte[] content) {
        return HexFormat.of().formatHex(DigestAlgorithm.SHA_256.digest(content));
    }
}
