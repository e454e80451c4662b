// SPDX-License-Identifier: Apache-2.0
package perennial.ra.web;

import perennial.core.advice.Advice;

/// What the API answers when it cannot do what is asked.
record ProblemAnswer(Advice problem) {}
