// SPDX-License-Identifier: Apache-2.0
/// The whole system on embedded defaults, to be tried without anything installed.
@NullMarked
package perennial.cli.demo;

import org.jspecify.annotations.NullMarked;
