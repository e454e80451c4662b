// SPDX-License-Identifier: Apache-2.0
package perennial.core.advice;

/// A failure that a person can be told about: every door's exception is one, so that whoever
/// reports failures needs to know this type alone.
public interface Explained {
    Problem problem();
}
