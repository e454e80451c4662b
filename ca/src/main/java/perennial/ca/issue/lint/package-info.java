// SPDX-License-Identifier: Apache-2.0
/// What is looked at before a certificate is signed: rules, one file for each clause or group of
/// clauses, and the gate that looks. `docs/lints.md` lists them all.
@NullMarked
package perennial.ca.issue.lint;

import org.jspecify.annotations.NullMarked;
