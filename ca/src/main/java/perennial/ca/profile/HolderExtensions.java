// SPDX-License-Identifier: Apache-2.0
package perennial.ca.profile;

import java.io.IOException;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x509.Attribute;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectDirectoryAttributes;
import perennial.ca.CertificateProfile;
import perennial.ca.CertificateProfile.DirectoryAttribute;
import perennial.ca.CertificateProfile.Presence;
import perennial.core.authority.CertificationRequest;
import perennial.core.authority.HolderDetails;
import perennial.core.certificate.Certificate;

/// The extensions that say something of the holder: subject alternative name with a mail address,
/// and subject directory attributes.
public final class HolderExtensions {
    private HolderExtensions() {}

    /// What the certificate is to say: of a renewal what the old certificate says, of a first one
    /// what is asked for; and what the profile says of every holder.
    ///
    /// @throws IllegalArgumentException with what is missing or not allowed by the profile
    public static HolderDetails details(CertificationRequest request, CertificateProfile profile) {
        HolderDetails given =
                request.replaces().map(HolderExtensions::of).orElseGet(request::details);
        if (profile.mail() == Presence.REQUIRED && given.mail().isEmpty()) {
            throw new IllegalArgumentException("the profile needs a mail address");
        }
        Map<String, String> attributes = new LinkedHashMap<>();
        Map<String, String> rest = new LinkedHashMap<>(given.directoryAttributes());
        for (DirectoryAttribute rule : profile.directoryAttributes()) {
            Optional<String> value =
                    Optional.ofNullable(rest.remove(rule.type()))
                            .or(() -> rule.required() ? rule.value() : Optional.empty());
            if (value.isEmpty() && rule.required()) {
                throw new IllegalArgumentException(
                        "the profile needs the directory attribute " + rule.type());
            }
            if (value.isPresent() && rule.value().isPresent() && !value.equals(rule.value())) {
                throw new IllegalArgumentException(
                        "the profile gives the directory attribute %s another value"
                                .formatted(rule.type()));
            }
            value.ifPresent(text -> attributes.put(rule.type(), text));
        }
        if (!rest.isEmpty()) {
            throw new IllegalArgumentException(
                    "the profile has no directory attributes " + rest.keySet());
        }
        if (profile.mail() == Presence.ABSENT && given.mail().isPresent()) {
            throw new IllegalArgumentException("the profile has no mail address");
        }
        return new HolderDetails(given.mail(), attributes);
    }

    static void add(
            ExtensionsGenerator extensions, HolderDetails details, CertificateProfile profile)
            throws IOException {
        if (details.mail().isPresent()) {
            extensions.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(
                            new GeneralName(GeneralName.rfc822Name, details.mail().get())));
        }
        ASN1EncodableVector attributes = new ASN1EncodableVector();
        for (DirectoryAttribute rule : profile.directoryAttributes()) {
            String value = details.directoryAttributes().get(rule.type());
            if (value != null) {
                attributes.add(
                        new Attribute(
                                new ASN1ObjectIdentifier(rule.type()),
                                new DERSet(encoded(rule, value))));
            }
        }
        if (attributes.size() > 0) {
            extensions.addExtension(
                    Extension.subjectDirectoryAttributes, false, new DERSequence(attributes));
        }
    }

    private static ASN1Encodable encoded(DirectoryAttribute rule, String value) {
        return switch (rule.kind()) {
            case OBJECT_IDENTIFIER -> new ASN1ObjectIdentifier(value);
            case INTEGER -> new ASN1Integer(new BigInteger(value));
            case UTF8_STRING -> new DERUTF8String(value);
            case PRINTABLE_STRING -> new DERPrintableString(value, true);
        };
    }

    /// What a certificate says of its holder.
    ///
    /// @throws IllegalArgumentException when an extension cannot be read
    public static HolderDetails of(Certificate certificate) {
        Extensions extensions =
                org.bouncycastle.asn1.x509.Certificate.getInstance(certificate.der())
                        .getTBSCertificate()
                        .getExtensions();
        if (extensions == null) {
            return HolderDetails.NONE;
        }
        Map<String, String> attributes = new LinkedHashMap<>();
        ASN1Encodable directory =
                extensions.getExtensionParsedValue(Extension.subjectDirectoryAttributes);
        if (directory != null) {
            for (Object one :
                    SubjectDirectoryAttributes.getInstance(ASN1Sequence.getInstance(directory))
                            .getAttributes()) {
                Attribute attribute = Attribute.getInstance(one);
                attributes.put(
                        attribute.getAttrType().getId(),
                        text(attribute.getAttrValues().getObjectAt(0)));
            }
        }
        return new HolderDetails(mail(extensions), attributes);
    }

    private static Optional<String> mail(Extensions extensions) {
        ASN1Encodable names = extensions.getExtensionParsedValue(Extension.subjectAlternativeName);
        if (names == null) {
            return Optional.empty();
        }
        for (GeneralName name : GeneralNames.getInstance(names).getNames()) {
            if (name.getTagNo() == GeneralName.rfc822Name) {
                return Optional.of(((ASN1String) name.getName()).getString());
            }
        }
        return Optional.empty();
    }

    private static String text(ASN1Encodable value) {
        return switch (value.toASN1Primitive()) {
            case ASN1ObjectIdentifier oid -> oid.getId();
            case ASN1Integer number -> number.getValue().toString();
            case ASN1String string -> string.getString();
            default ->
                    throw new IllegalArgumentException(
                            "a directory attribute's value is of a type that is not known here");
        };
    }
}
