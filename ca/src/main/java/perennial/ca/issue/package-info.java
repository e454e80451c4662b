// SPDX-License-Identifier: Apache-2.0
/// The issuance cycle: intend, lint, sign, store, answer.
@NullMarked
package perennial.ca.issue;

import org.jspecify.annotations.NullMarked;
