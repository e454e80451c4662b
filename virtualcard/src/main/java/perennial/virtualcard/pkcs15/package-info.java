// SPDX-License-Identifier: Apache-2.0
/// A card with a file system and keys (ISO/IEC 7816-4, -8 and -9) as a Java Card applet, with the
/// interface that OpenSC's driver `isoApplet` speaks to: on it OpenSC keeps a PKCS #15 application
/// that the holder writes with the ordinary PIN.
///
/// Written from the standards and from what the driver sends. The applet's own code keeps to what a
/// card's virtual machine has: no collections, no strings, no streams, no floating point.
@NullMarked
package perennial.virtualcard.pkcs15;

import org.jspecify.annotations.NullMarked;
