// SPDX-License-Identifier: Apache-2.0
@NullMarked
package perennial.virtualcard;

import org.jspecify.annotations.NullMarked;
