// SPDX-License-Identifier: Apache-2.0
/// When a certificate should be renewed, for whoever asks (the shape of RFC 9773).
@NullMarked
package perennial.ca.renewal;

import org.jspecify.annotations.NullMarked;
