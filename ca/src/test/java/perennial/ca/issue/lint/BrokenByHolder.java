// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.lint;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import perennial.core.crypto.KeyKind;

/// Bytes that say of an employee what the profile does not allow, or nobody asked for.
record BrokenByHolder(Specimen employee) {
    private static final String KIND = "2.16.886.1.100.2.201";

    Stream<Broken> all() {
        String allowed = "subject has the attributes that the profile allows";
        String required = "subject has the attributes that the profile requires";
        String directory = "directory attributes are the holder's, of the profile's types";
        String mail = "alternative name is the holder's mail address alone";
        return Stream.of(
                new Broken(allowed, "a place", named("C=TW,L=a,O=a,CN=a,SERIALNUMBER=1")),
                new Broken(allowed, "another country", named("C=JP,O=a,CN=a,SERIALNUMBER=1")),
                new Broken(allowed, "not by its pattern", named("C=TW,O=a,CN=a,SERIALNUMBER=1:1")),
                new Broken(required, "no number", named("C=TW,O=a,CN=a")),
                new Broken(directory, "another value", directory(new ASN1Integer(2))),
                new Broken(directory, "another type", directory(new DERUTF8String("1"))),
                new Broken(mail, "another's", names("other@example.tw")),
                new Broken(mail, "two", names("selftest@example.tw", "other@example.tw")),
                new Broken(
                        "key is of a kind that the profile certifies today",
                        "until 2030",
                        employee.keyed(Specimen.key(KeyKind.RSA_2048))));
    }

    private Specimen.Bytes named(String name) {
        return employee.named(new X500Name(name));
    }

    private Specimen.Bytes directory(ASN1Encodable kind) {
        Map<String, ASN1Encodable> values = new TreeMap<>();
        values.put("2.16.886.1.100.2.200", new ASN1Integer(1));
        values.put(KIND, kind);
        values.put("2.16.886.1.100.2.202", new DERUTF8String("1"));
        values.put("2.16.886.1.100.2.204", new DERUTF8String("1"));
        ASN1EncodableVector attributes = new ASN1EncodableVector();
        values.forEach((type, value) ->
                attributes.add(
                        new DERSequence(
                                new ASN1Encodable[] {
                                    new ASN1ObjectIdentifier(type), new DERSet(value)
                                })));
        return employee.extension(
                Extension.subjectDirectoryAttributes, false, new DERSequence(attributes));
    }

    private Specimen.Bytes names(String... addresses) {
        return employee.extension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(
                        Stream.of(addresses)
                                .map(address -> new GeneralName(GeneralName.rfc822Name, address))
                                .toArray(GeneralName[]::new)));
    }
}
