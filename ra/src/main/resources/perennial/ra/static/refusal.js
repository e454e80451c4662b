// SPDX-License-Identifier: Apache-2.0

/** A no that the holder is told about: a code, and where the one who said it knows them, its cause and remedy. */
export class Refusal extends Error {
  /** @param {{code: string, cause?: string, remedy?: string} | string} problem */
  constructor(problem) {
    super(typeof problem === "string" ? problem : problem.code);
    this.problem = typeof problem === "string" ? { code: problem } : problem;
  }
}
