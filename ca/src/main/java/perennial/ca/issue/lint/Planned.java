// SPDX-License-Identifier: Apache-2.0
package perennial.ca.issue.lint;

/// Bytes beside the plan that they were laid out by.
record Planned(Candidate candidate, Plan plan) {}
