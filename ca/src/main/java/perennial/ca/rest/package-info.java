// SPDX-License-Identifier: Apache-2.0
/// The authority over HTTP in JSON, as `openapi.json` beside these classes describes it.
@NullMarked
package perennial.ca.rest;

import org.jspecify.annotations.NullMarked;
