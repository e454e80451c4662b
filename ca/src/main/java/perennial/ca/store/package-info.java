// SPDX-License-Identifier: Apache-2.0
/// Every SQL statement of the authority, one class for each feature.
@NullMarked
package perennial.ca.store;

import org.jspecify.annotations.NullMarked;
