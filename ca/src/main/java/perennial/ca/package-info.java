// SPDX-License-Identifier: Apache-2.0
/// The door of the authority: [perennial.ca.LocalCa] and what it is opened with.
@NullMarked
package perennial.ca;

import org.jspecify.annotations.NullMarked;
