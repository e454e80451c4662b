// SPDX-License-Identifier: Apache-2.0
/// Copies of the authority's memory: to keep, to put back, to take to another database.
@NullMarked
package perennial.ca.backup;

import org.jspecify.annotations.NullMarked;
