// SPDX-License-Identifier: Apache-2.0
/// The registration authority's decisions on renewals and the register that remembers them; no
/// framework.
@NullMarked
package perennial.ra.renewal;

import org.jspecify.annotations.NullMarked;
