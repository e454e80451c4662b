// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.lint;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERGeneralizedTime;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.Validity;

/// Bytes that the standards allow and the profile that they were laid out by does not.
record BrokenByProfile(Specimen good) {
    Stream<Broken> all() {
        return Stream.of(
                new Broken(
                        "extensions are the profile's, no more and no less",
                        "a name nobody asked for",
                        good.extension(
                                Extension.subjectAlternativeName,
                                false,
                                new GeneralNames(
                                        new GeneralName(GeneralName.rfc822Name, "a@example.tw")))),
                new Broken(
                        "key usage is the profile's",
                        "one bit less",
                        good.extension(
                                Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))),
                new Broken(
                        "extended key usages are the profile's, in its order",
                        "one less",
                        good.extension(
                                Extension.extendedKeyUsage,
                                false,
                                new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth))),
                new Broken(
                        "policies are the profile's, in its order",
                        "another",
                        good.extension(
                                Extension.certificatePolicies,
                                false,
                                new DERSequence(
                                        new DERSequence(new ASN1ObjectIdentifier("2.999.1.4"))))),
                new Broken(
                        "validity is what the profile's rule gives",
                        "a second more",
                        good.with(
                                4,
                                new Validity(
                                        good.read().getStartDate(),
                                        new Time(new DERGeneralizedTime("20500101000000Z"))))),
                new Broken("addresses are this authority's", "another host", elsewhere()));
    }

    private Specimen.Bytes elsewhere() {
        byte[] tbs = good.tbs().clone();
        byte[] host = "localhost:1/crl".getBytes(StandardCharsets.US_ASCII);
        int at = 0;
        while (!Arrays.equals(tbs, at, at + host.length, host, 0, host.length)) {
            at++;
        }
        tbs[at] = 'v';
        return new Specimen.Bytes(tbs, good.request());
    }
}
