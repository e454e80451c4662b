// SPDX-License-Identifier: Apache-2.0
/// Health and metrics of a running authority, over HTTP.
@NullMarked
package perennial.cli.health;

import org.jspecify.annotations.NullMarked;
