// SPDX-License-Identifier: Apache-2.0
/// Certificates as this project speaks of them: values with the names of RFC 5280.
@NullMarked
package perennial.core.certificate;

import org.jspecify.annotations.NullMarked;
