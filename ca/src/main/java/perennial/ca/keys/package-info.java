// SPDX-License-Identifier: Apache-2.0
/// Keys of the authority and of its services, in PKCS #12 files.
@NullMarked
package perennial.ca.keys;

import org.jspecify.annotations.NullMarked;
