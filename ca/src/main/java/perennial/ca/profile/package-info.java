// SPDX-License-Identifier: Apache-2.0
/// From a request and a profile to the bytes to be signed.
@NullMarked
package perennial.ca.profile;

import org.jspecify.annotations.NullMarked;
