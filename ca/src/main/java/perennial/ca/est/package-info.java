// SPDX-License-Identifier: Apache-2.0
/// The authority behind an EST endpoint.
@NullMarked
package perennial.ca.est;

import org.jspecify.annotations.NullMarked;
