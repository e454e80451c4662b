// SPDX-License-Identifier: Apache-2.0
/// The dialect of pages that were written for the component HiPKI LocalSignServer. Its words
/// (`tbsPackage`, `ret_code`, the vendor's spellings) exist in this package and nowhere else; at
/// its door they become the agent's own (`docs/hipki.md`, decision 19).
@NullMarked
package perennial.agent.hipki;

import org.jspecify.annotations.NullMarked;
