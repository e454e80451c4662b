// SPDX-License-Identifier: Apache-2.0
/// Measurements, each with its limit or peer beside it in the same run.
@NullMarked
package perennial.bench;

import org.jspecify.annotations.NullMarked;
