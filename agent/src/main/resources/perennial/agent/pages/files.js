// SPDX-License-Identifier: Apache-2.0
// Files between this page and the agent: in parts, so that neither of them holds a large one whole.

import * as agent from "./agent.js";

export const MAX = 256 * 1024 * 1024;
const PART = 512 * 1024;

/** Gives a file to the agent. */
export async function give(role, file) {
  await agent.fileBegin(role);
  for (let from = 0; from < file.size; from += PART) {
    await agent.fileAppend(role, await file.slice(from, from + PART).arrayBuffer());
  }
}

/** Fetches what came of it. */
export async function result() {
  const parts = [];
  let from = 0;
  for (;;) {
    const octets = Uint8Array.from(atob((await agent.filePart(from)).octets), (character) => character.charCodeAt(0));
    if (octets.length === 0) {
      return new Blob(parts, { type: "application/octet-stream" });
    }
    parts.push(octets);
    from += octets.length;
  }
}
