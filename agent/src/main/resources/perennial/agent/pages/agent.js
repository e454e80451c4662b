// SPDX-License-Identifier: Apache-2.0
// The window's questions to the agent that served it. Every one is a POST with the window's token; a refusal is thrown
// with the agent's code, cause and remedy.

import { seal } from "./seal.js";
import { language, texts } from "./texts.js";

export class Refusal extends Error {
  constructor(problem) {
    super(problem.code);
    this.problem = problem;
  }
}

let token = "";

/** Closing the window breaks off its questions, which says nothing about the agent. */
let leaving = false;
addEventListener("pagehide", () => {
  leaving = true;
});

/** Opens the session of this window: the token for all that follows, and the sites the agent serves. */
export async function open() {
  const answer = await ask("open", {});
  token = answer.window;
  return answer;
}

export const readers = async () => (await ask("readers", {})).readers;
export const wait = () => ask("wait", {});
export const card = (reader) => ask("card", { reader });
export const unfinished = async () => (await ask("unfinished", {})).unfinished;
export const renewal = (origin, reader, ticket) => ask("renewal", { origin, reader, ticket });
export const progress = (run, after) => ask("progress", { run, after });

/**
 * Gives the PIN, and the second secret of a card that takes one, to the card, sealed to a key that the agent makes for
 * this once.
 * @param {Uint8Array[]} secrets their characters as octets; overwritten before this returns
 */
export async function verify(run, secrets, lastTry) {
  const headers = { "Content-Type": "application/octet-stream", "X-Perennial-Run": run };
  if (lastTry) {
    headers["X-Perennial-Last-Try"] = "yes";
  }
  try {
    const { key } = await ask("key", {});
    return await post("pin", headers, await seal(key, secrets));
  } finally {
    secrets.forEach((secret) => secret.fill(0));
  }
}

/** Whether the agent's list has the site. */
export const siteAllowed = async (origin) => (await ask("site", { origin })).allowed;

/** What a code means: {code, cause, remedy} by language. */
export const advice = (code) => ask("advice", { code });

export const toolCard = (reader) => ask("tool-card", { reader });

/**
 * Gives secrets to the card that is shown, sealed as the PIN is.
 * @param {string} question what is to be done with them
 * @param {{reader: string, cardNumber: string}} card the one that the person saw
 * @param {Uint8Array[]} secrets their characters as octets; overwritten before this returns
 * @param {object} more further header fields
 */
export async function present(question, card, secrets, lastTry, more = {}) {
  const headers = {
    "Content-Type": "application/octet-stream",
    "X-Perennial-Reader": encodeURIComponent(card.reader),
    "X-Perennial-Card": card.cardNumber,
    ...more,
  };
  if (lastTry) {
    headers["X-Perennial-Last-Try"] = "yes";
  }
  try {
    const { key } = await ask("key", {});
    return await post(question, headers, await seal(key, secrets));
  } finally {
    for (const secret of secrets) {
      secret.fill(0);
    }
  }
}

export const fileBegin = (role) => ask("file-begin", { role });
export const fileAppend = (role, part) =>
  post("file-append", { "Content-Type": "application/octet-stream", "X-Perennial-File": role }, part);
export const filePart = (from) => ask("file-part", { from });
export const fileVerify = (detached) => ask("file-verify", { detached: detached ? "yes" : "no" });
export const fileForget = () => ask("file-forget", {});

export const settings = () => ask("settings", {});
export const allowSite = (origin) => ask("settings-allow", { origin });
export const revokeSite = (origin) => ask("settings-revoke", { origin });
export const turnDialect = (on) => ask("settings-dialect", { on: on ? "yes" : "no" });

function ask(name, body) {
  return post(name, { "Content-Type": "application/json" }, JSON.stringify(body));
}

/** An agent that was started anew does not know this window (403): it is opened again and asked once more. */
async function post(name, headers, body) {
  let response = await send(name, headers, body);
  if (response.status === 403 && name !== "open") {
    await open();
    response = await send(name, headers, body);
  }
  let answer;
  try {
    answer = await response.json();
  } catch {
    return lost();
  }
  if (answer.problem && (!response.ok || Object.keys(answer).length === 1)) {
    throw new Refusal(answer.problem);
  }
  return answer;
}

async function send(name, headers, body) {
  const common = { Accept: "application/json", "X-Perennial-Language": language };
  if (token !== "") {
    common["X-Perennial-Window"] = token;
  }
  try {
    return await fetch(`/window/api/${name}`, {
      method: "POST",
      headers: { ...common, ...headers },
      body,
      cache: "no-store",
      redirect: "error",
    });
  } catch {
    return lost();
  }
}

function lost() {
  if (leaving) {
    return new Promise(() => {});
  }
  throw new Refusal({ code: "A04", ...texts.A04 });
}
