// SPDX-License-Identifier: Apache-2.0
/// The PIV card application (SP 800-73-4) as a Java Card applet, and what it needs of its chip: a
/// memory that keeps, and a coprocessor for keys.
///
/// The applet's own code keeps to what a card's virtual machine has: no collections, no strings, no
/// streams, no floating point.
@NullMarked
package perennial.virtualcard.applet;

import org.jspecify.annotations.NullMarked;
