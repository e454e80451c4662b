// SPDX-License-Identifier: Apache-2.0
/// The portal's pages and its JSON API, where the framework ends.
@NullMarked
package perennial.ra.web;

import org.jspecify.annotations.NullMarked;
