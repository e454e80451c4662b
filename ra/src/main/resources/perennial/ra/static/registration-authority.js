// SPDX-License-Identifier: Apache-2.0
// The questions that the page asks its own server. A refusal is thrown as a Refusal with the server's code, cause and
// remedy; a server that cannot be reached is N01, an answer that is not understood N02.

import { Refusal } from "./refusal.js";

/** The card's certificates with the state of each and whether it can be renewed. */
export function check(card) {
  return ask("/api/cards", card);
}

/** Begins a renewal of the card; the answer holds the one-time ticket for the agent. */
export function begin(card) {
  return ask("/api/renewals", card);
}

/** What the server knows about the renewal of this visit. */
export function current() {
  return ask("/api/renewals/current");
}

async function ask(path, body) {
  const request = body === undefined
    ? { headers: { Accept: "application/json" } }
    : {
        method: "POST",
        headers: { Accept: "application/json", "Content-Type": "application/json" },
        body: JSON.stringify(body),
      };
  let response;
  try {
    response = await fetch(path, { ...request, cache: "no-store", credentials: "same-origin" });
  } catch {
    throw new Refusal("N01");
  }
  let answer;
  try {
    answer = await response.json();
  } catch {
    throw new Refusal("N02");
  }
  if (!response.ok) {
    throw new Refusal(answer.problem ?? "N02");
  }
  return answer;
}
