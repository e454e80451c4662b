// SPDX-License-Identifier: Apache-2.0
/// What the authority did, as signed records that cannot be changed, shortened or swapped unseen.
@NullMarked
package perennial.ca.audit;

import org.jspecify.annotations.NullMarked;
