// SPDX-License-Identifier: Apache-2.0
/// What a person is told when something fails: a stable code, the cause, the remedy, in two
/// languages.
@NullMarked
package perennial.core.advice;

import org.jspecify.annotations.NullMarked;
