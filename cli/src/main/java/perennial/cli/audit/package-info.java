// SPDX-License-Identifier: Apache-2.0
/// `perennial audit`: looks after the records of what the authority did.
@NullMarked
package perennial.cli.audit;

import org.jspecify.annotations.NullMarked;
