// SPDX-License-Identifier: Apache-2.0
// The window's end of its talk with the page that opened it. The first origin that speaks is the one that is heard and
// answered from then on, if it is listed or allowed; nobody else is, not even told that there is anybody. A PIN never
// passes here.

/** Between two "ready", and how long they are repeated, in milliseconds. */
const READY_EVERY = 200;
const READY_FOR = 5000;
/** Sites that the holder can be asked about: reached safely, or of this computer. */
const MAY_ASK = /^(?:https:\/\/.+|http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?)$/;

/**
 * @param {string[]} listed the sites that the agent serves without asking
 * @param {string} version the agent's version
 * @param {(origin: string) => Promise<boolean>} admit whether the first that speaks may go on
 * @param {(message: object, origin: string) => void} hear called with every message of the page but its greeting
 */
export function opener(listed, version, admit, hear) {
  const page = window.opener;
  let origin = null;
  let admitted = false;
  let announcing;

  function say(message) {
    if (page !== null && admitted) {
      page.postMessage({ perennial: 1, ...message }, origin);
    }
  }

  const ready = () => say({ type: "ready", version });

  if (page !== null) {
    addEventListener("message", async (event) => {
      const known = origin === null ? listed.includes(event.origin) || MAY_ASK.test(event.origin) : event.origin === origin;
      if (event.source !== page || !known) {
        return;
      }
      const message = event.data;
      if (typeof message !== "object" || message === null || message.perennial !== 1) {
        return;
      }
      if (origin === null) {
        clearInterval(announcing);
        origin = event.origin;
        admitted = listed.includes(origin) || (await admit(origin));
        if (!admitted) {
          return;
        }
        hear({ type: "admitted" }, origin);
      }
      if (!admitted) {
        return;
      }
      if (message.type === "hello") {
        ready();
      } else {
        hear(message, origin);
      }
    });
    const until = Date.now() + READY_FOR;
    const announce = () => {
      if (Date.now() > until) {
        clearInterval(announcing);
      }
      for (const candidate of listed) {
        page.postMessage({ perennial: 1, type: "ready", version }, candidate);
      }
    };
    announcing = setInterval(announce, READY_EVERY);
    announce();
  }

  return { say, exists: page !== null };
}
