// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.lint;

import java.math.BigInteger;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERGeneralizedTime;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERT61String;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DERUTCTime;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.Validity;
import perennial.core.crypto.KeyKind;

/// Bytes that break one rule about fields each.
final class BrokenFields {
    private final Specimen good;
    private final List<Broken> all = new ArrayList<>();

    BrokenFields(Specimen good) {
        this.good = good;
        unreadable();
        header();
        times();
        subject();
        strings();
        keyAndRequest();
    }

    Stream<Broken> all() {
        return all.stream();
    }

    private void breaks(String lint, String how, Specimen.Bytes bytes) {
        all.add(new Broken(lint, how, bytes));
    }

    private void unreadable() {
        String lint = LintGate.READABLE;
        breaks(lint, "cut off", new Specimen.Bytes(new byte[] {0x30, 1}, good.request()));
        breaks(lint, "no bytes", new Specimen.Bytes(new byte[0], good.request()));
        breaks(lint, "version 2", good.with(0, new DERTaggedObject(0, new ASN1Integer(1))));
        breaks(lint, "without extensions", good.noExtensions());
        breaks(lint, "key usage twice", good.twice(org.bouncycastle.asn1.x509.Extension.keyUsage));
        byte[] deep = new byte[60_000];
        for (int i = 0; i < deep.length; i += 2) {
            deep[i] = 0x30;
            deep[i + 1] = (byte) 0x80;
        }
        breaks(lint, "nested 30,000 times", new Specimen.Bytes(deep, good.request()));
    }

    private void header() {
        String serial = "serial number is positive, at most 20 octets";
        breaks(serial, "negative", good.with(1, integer(BigInteger.ONE.shiftLeft(100).negate())));
        breaks(serial, "21 octets", good.with(1, integer(BigInteger.ONE.shiftLeft(159))));
        breaks(
                "serial number has room for 64 random bits",
                "counted",
                good.with(1, integer(BigInteger.valueOf(4711))));
        breaks(
                "signature algorithm is the issuing key's",
                "with parameters that ECDSA has not",
                good.with(
                        2, sequence(good.read().getSignature().getAlgorithm(), DERNull.INSTANCE)));
        breaks(
                "issuer is the issuing authority's subject, octet for octet",
                "half of it",
                good.with(3, new X500Name("CN=Issuing")));
        ASN1EncodableVector elements = new ASN1EncodableVector();
        for (ASN1Encodable element : good.elements()) {
            if (elements.size() == 7) {
                elements.add(new DERTaggedObject(false, 1, new DERBitString(new byte[] {1})));
            }
            elements.add(element);
        }
        breaks(
                "no unique identifiers",
                "the issuer's",
                new Specimen.Bytes(Specimen.encode(new DERSequence(elements)), good.request()));
    }

    private static ASN1Integer integer(BigInteger value) {
        return new ASN1Integer(value);
    }

    private static DERSequence sequence(ASN1Encodable... elements) {
        return new DERSequence(elements);
    }

    private void times() {
        String lint = "times are UTCTime to 2049, GeneralizedTime from 2050, to the second";
        breaks(lint, "GeneralizedTime in 2049", until(new DERGeneralizedTime("20491231235959Z")));
        breaks(lint, "no seconds", until(new DERUTCTime("4912312359Z")));
        breaks(lint, "an offset", until(new DERUTCTime("491231235959+0000")));
        breaks(lint, "a fraction", until(new DERGeneralizedTime("20500131235959.5Z")));
        String inside = "validity lies inside the issuing authority's";
        breaks(inside, "longer", until(new DERGeneralizedTime("20700101000000Z")));
        breaks(inside, "ends first", until(new DERUTCTime("390101000000Z")));
        breaks(inside, "2050 as UTCTime is 1950", until(new DERUTCTime("500101000000Z")));
    }

    private Specimen.Bytes until(ASN1Encodable end) {
        Time begin = good.read().getStartDate();
        return good.with(4, new Validity(begin, new Time(end.toASN1Primitive())));
    }

    private void subject() {
        String country = "country is one code of two capital letters";
        breaks(country, "small letters", named("CN=a,C=tw"));
        breaks(country, "a name", country(new DERPrintableString("Taiwan")));
        breaks(country, "two", named("CN=a,C=TW,C=JP"));
        breaks(country, "UTF8String", country(new DERUTF8String("TW")));
        String trim = "subject's values have no control characters, nor spaces around them";
        breaks(trim, "NUL", common(new DERUTF8String("bank\0.example")));
        breaks(trim, "a space before", common(new DERUTF8String(" 測試人")));
        breaks(trim, "a wide space after", common(new DERUTF8String("測試人\u3000")));
        breaks(trim, "right to left", common(new DERUTF8String("a\u202eb")));
        breaks(
                "subject's values are in normalization form C",
                "e and an accent",
                common(new DERUTF8String("Rene\u0301")));
        breaks(
                "subject's values are no longer than their attribute allows",
                "65 digits",
                named("CN=a,SERIALNUMBER=" + "7".repeat(65)));
        breaks(
                "subject is not empty, nor is one of its values",
                "no common name in it",
                common(new DERUTF8String("")));
        breaks("subject is what was asked for", "another", good.with(5, new X500Name("CN=b")));
        breaks(
                "a renewal keeps the subject",
                "another's certificate",
                new Specimen.Bytes(good.tbs(), good.replacing(good.issuer())));
    }

    private void strings() {
        String strings = "subject's values are UTF8String or PrintableString";
        breaks(strings, "BMPString", common(new DERBMPString("測試人")));
        breaks(strings, "TeletexString", common(new DERT61String("a")));
        breaks(
                strings,
                "mail address as UTF8String",
                good.named(
                        new X500NameBuilder()
                                .addRDN(BCStyle.E, new DERUTF8String("a@example.tw"))
                                .build()));
        breaks(
                "PrintableString has its own characters only",
                "an underscore",
                common(new DERPrintableString("a_b")));
    }

    private Specimen.Bytes named(String name) {
        return good.named(new X500Name(name));
    }

    private Specimen.Bytes country(ASN1Encodable value) {
        return good.named(
                new X500NameBuilder().addRDN(BCStyle.C, value).addRDN(BCStyle.CN, "a").build());
    }

    private Specimen.Bytes common(ASN1Encodable value) {
        return good.named(new X500NameBuilder().addRDN(BCStyle.CN, value).build());
    }

    private void keyAndRequest() {
        breaks(
                "key is the requested one",
                "another holder's",
                new Specimen.Bytes(
                        good.keyed(Specimen.key(KeyKind.RSA_2048)).tbs(), good.request()));
        SubjectPublicKeyInfo key = good.read().getSubjectPublicKeyInfo();
        byte[] noPoint =
                Specimen.encode(new SubjectPublicKeyInfo(key.getAlgorithm(), new byte[] {4, 1, 2}));
        breaks("a second parser reads the same", "no point", good.keyed(new Encoded(noPoint)));
    }

    /// A public key that is whatever its encoding says.
    private record Encoded(byte[] spki) implements PublicKey {
        @Override
        public String getAlgorithm() {
            return "EC";
        }

        @Override
        public String getFormat() {
            return "X.509";
        }

        @Override
        public byte[] getEncoded() {
            return spki.clone();
        }
    }
}
