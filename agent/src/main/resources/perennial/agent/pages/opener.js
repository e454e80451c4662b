// SPDX-License-Identifier: Apache-2.0
// The window's end of its talk with the page that opened it. Heard is only the opener itself, from an origin on the
// agent's list; answered is only that origin. A PIN never passes here.

/** Between two "ready", and how long they are repeated, in milliseconds. */
const READY_EVERY = 200;
const READY_FOR = 5000;

/**
 * @param {string[]} origins the sites that the agent serves
 * @param {string} version the agent's version
 * @param {(message: object, origin: string) => void} hear called with every message of the page
 */
export function opener(origins, version, hear) {
  const page = window.opener;
  let origin = null;
  let announcing;

  function say(message) {
    if (page !== null && origin !== null) {
      page.postMessage({ perennial: 1, ...message }, origin);
    }
  }

  if (page !== null) {
    addEventListener("message", (event) => {
      if (event.source !== page || !origins.includes(event.origin)) {
        return;
      }
      const message = event.data;
      if (typeof message !== "object" || message === null || message.perennial !== 1) {
        return;
      }
      clearInterval(announcing);
      origin = event.origin;
      hear(message, origin);
    });
    const until = Date.now() + READY_FOR;
    const announce = () => {
      if (Date.now() > until) {
        clearInterval(announcing);
      }
      for (const candidate of origins) {
        page.postMessage({ perennial: 1, type: "ready", version }, candidate);
      }
    };
    announcing = setInterval(announce, READY_EVERY);
    announce();
  }

  return { say, exists: page !== null };
}
