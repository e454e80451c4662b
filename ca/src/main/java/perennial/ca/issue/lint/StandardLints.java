// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.lint;

import java.util.List;
import java.util.stream.Stream;

/// The rules of the standards. They look at bytes, issuer and request, not at the profile, both
/// when an intent is written down and when it is taken up again: bytes linted once pass again after
/// profiles have changed, and bytes altered in the database do not.
final class StandardLints {
    static final List<Lint<Candidate>> ALL =
            Stream.of(
                            EncodingLints.ALL,
                            SecondParserLints.ALL,
                            HeaderLints.ALL,
                            ValidityLints.ALL,
                            SubjectLints.ALL,
                            KeyIdentifierLints.ALL,
                            UsageLints.ALL,
                            ExtensionLints.ALL,
                            AlternativeNameLints.ALL,
                            PointerLints.ALL)
                    .flatMap(List::stream)
                    .toList();

    private StandardLints() {}
}
