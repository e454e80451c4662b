// SPDX-License-Identifier: Apache-2.0
package perennial.core.advice;

/// What a person is told: which problem, what is the matter, and the one thing to do.
///
/// @param code the problem's stable code
/// @param cause one sentence
/// @param remedy one thing to do
public record Advice(String code, String cause, String remedy) {
    @Override
    public String toString() {
        return "%s %s %s".formatted(code, cause, remedy);
    }
}
