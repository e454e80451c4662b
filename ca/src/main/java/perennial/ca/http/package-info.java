// SPDX-License-Identifier: Apache-2.0
/// What the authority's answers over HTTP have in common.
@NullMarked
package perennial.ca.http;

import org.jspecify.annotations.NullMarked;
