// SPDX-License-Identifier: Apache-2.0
/// Key ceremonies: root and issuing authorities made from one file, off-line, without a database.
@NullMarked
package perennial.ca.ceremony;

import org.jspecify.annotations.NullMarked;
