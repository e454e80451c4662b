// SPDX-License-Identifier: Apache-2.0
/// Virtual cards and readers: a real applet in a simulator, in this process, with faults on demand.
@NullMarked
package perennial.virtualcard;

import org.jspecify.annotations.NullMarked;
