// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.key;

import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import perennial.ca.issue.lint.Lint;

/// Looks at a public key before it is certified. Paid once for each request: of an RSA key of 2048
/// bits most of it, some milliseconds, goes into the proof that its modulus is no prime.
public final class KeyCheck {
    private static final List<Lint<SubjectKey>> OF_EVERY_KEY =
            Stream.of(AlgorithmLints.ALL, RsaLints.ALL, CurveLints.ALL)
                    .flatMap(List::stream)
                    .toList();

    private final List<Lint<SubjectKey>> lints;

    /// @param blocked keys that are known to others
    public KeyCheck(BlockedKeys blocked) {
        List<Lint<SubjectKey>> all = new ArrayList<>(OF_EVERY_KEY);
        all.add(
                new Lint<>(
                        "key is on no list of blocked keys",
                        "CA/B BR 6.1.1.3, CVE-2008-0166",
                        key -> blocked.listWith(key).map(list -> "it is on " + list)));
        lints = List.copyOf(all);
    }

    /// What is wrong with a holder's key; nothing, when it may be certified.
    public List<Lint.Finding> findings(PublicKey key) {
        List<Lint.Finding> findings = new ArrayList<>();
        AlgorithmLints.HOLDERS.look(key).ifPresent(findings::add);
        findings.addAll(serviceFindings(key));
        return List.copyOf(findings);
    }

    /// The same for a service of the authority, which may have keys of every kind that the
    /// authority has.
    public List<Lint.Finding> serviceFindings(PublicKey key) {
        return AlgorithmLints.READABLE
                .look(key)
                .map(List::of)
                .orElseGet(() -> Lint.lookAll(lints, SubjectKey.of(key)));
    }

    /// All that are looked at, for the document.
    public List<Lint<?>> lints() {
        List<Lint<?>> all = new ArrayList<>();
        all.add(AlgorithmLints.READABLE);
        all.add(AlgorithmLints.HOLDERS);
        all.addAll(lints);
        return all;
    }
}
