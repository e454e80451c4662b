// SPDX-License-Identifier: Apache-2.0
package perennial.card.piv;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;
import perennial.card.CardException;
import perennial.card.apdu.BerTlv;
import perennial.core.advice.Problem;
import perennial.core.certificate.CardNumber;
import perennial.core.certificate.Certificate;

/// Reads the card's data objects. Whatever octets come, the outcome is a value or a [CardException]
/// with CARD_ANSWER_INVALID.
final class PivObjects {
    static final int DATA = 0x53;
    private static final int FASC_N = 0x30;
    private static final int GUID = 0x34;
    private static final int CERTIFICATE = 0x70;
    private static final int CERTIFICATE_INFORMATION = 0x71;
    private static final int COMPRESSED = 0x01;
    private static final int PROTECTED = 0x88;
    private static final int PROTECTED_KEY = 0x89;
    private static final String NO_AGENCY = "9999";

    private PivObjects() {}

    /// The card's number from the card holder unique identifier (SP 800-73-4 part 1, 3.1.2): the
    /// first 16 digits of the FASC-N, or of the GUID where the FASC-N does not name the card.
    static CardNumber cardNumber(byte[] object) {
        return checked(
                "card holder unique identifier",
                () -> {
                    List<BerTlv> parts = BerTlv.parse(BerTlv.require(object, DATA));
                    return BerTlv.find(parts, FASC_N)
                            .flatMap(PivObjects::digits)
                            .or(() -> BerTlv.find(parts, GUID).flatMap(PivObjects::firstOfGuid))
                            .map(CardNumber::new)
                            .orElseThrow(() -> invalid("neither FASC-N nor GUID names the card"));
                });
    }

    /// The certificate of a certificate object (part 1, appendix A).
    static Certificate certificate(byte[] object) {
        return checked(
                "certificate object",
                () -> {
                    List<BerTlv> parts = BerTlv.parse(BerTlv.require(object, DATA));
                    byte[] der =
                            BerTlv.find(parts, CERTIFICATE)
                                    .orElseThrow(() -> invalid("no certificate in its object"));
                    byte[] information =
                            BerTlv.find(parts, CERTIFICATE_INFORMATION).orElse(new byte[0]);
                    boolean compressed =
                            information.length > 0 && (information[0] & COMPRESSED) != 0;
                    return wholly(Certificate.ofDer(compressed ? inflated(der) : der));
                });
    }

    /// Whether the object holds no certificate: cards differ in whether an emptied one is there.
    static boolean isEmpty(byte[] object) {
        return object.length == 0
                || checked("certificate object", () -> BerTlv.require(object, DATA).length == 0);
    }

    /// The card management key, where the PIN opens it; empty where something else is printed. The
    /// caller wipes it.
    static Optional<byte[]> managementKey(byte[] object) {
        return checked(
                "printed information object",
                () ->
                        BerTlv.find(BerTlv.parse(BerTlv.require(object, DATA)), PROTECTED)
                                .map(key -> BerTlv.require(key, PROTECTED_KEY)));
    }

    /// The content of a data object, empty where there is none.
    static byte[] content(byte[] object) {
        return object.length == 0
                ? object
                : checked("data object", () -> BerTlv.require(object, DATA));
    }

    /// Does something with what came from the card; everything that goes wrong is the card's fault.
    static <T> T checked(String what, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (CardException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new CardException(Problem.CARD_ANSWER_INVALID, what + " cannot be read", e);
        }
    }

    static CardException invalid(String what) {
        return new CardException(Problem.CARD_ANSWER_INVALID, what);
    }

    private static Optional<String> digits(byte[] encoded) {
        try {
            FascN fascN = FascN.decode(encoded);
            return Optional.of(fascN.card()).filter(_ -> !fascN.agencyCode().equals(NO_AGENCY));
        } catch (CardException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> firstOfGuid(byte[] guid) {
        if (guid.length != 16) {
            return Optional.empty();
        }
        return Optional.of(HexFormat.of().withUpperCase().formatHex(guid, 0, 8));
    }

    /// Reads what others will ask for later, so that a certificate that is broken inside is refused
    /// here.
    private static Certificate wholly(Certificate certificate) {
        var _ = certificate.id();
        var _ = certificate.validity();
        var _ = certificate.publicKey().getEncoded();
        var _ = certificate.keyUsages();
        var _ = certificate.subjectText();
        var _ = certificate.issuerText();
        return certificate;
    }

    private static byte[] inflated(byte[] compressed) {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
            byte[] der = in.readNBytes(Certificate.MAX_OCTETS + 1);
            if (der.length > Certificate.MAX_OCTETS) {
                throw invalid("a compressed certificate of more than 16 KiB");
            }
            return der;
        } catch (IOException e) {
            throw new CardException(
                    Problem.CARD_ANSWER_INVALID, "a compressed certificate cannot be inflated", e);
        }
    }
}
