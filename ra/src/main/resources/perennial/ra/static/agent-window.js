// SPDX-License-Identifier: Apache-2.0
// The page's end of its talk with the agent's window. Opening a window is a navigation, which browsers allow from a
// public site to localhost; a fetch would need a permission. Messages go to the agent's exact origin and are taken
// from that origin and that very window only.

import { Refusal } from "./refusal.js";

const NAME = "perennial-agent";
const FEATURES = "popup,width=480,height=640";
/** How long a window may take to say "ready" before the component counts as missing, in milliseconds. */
const PATIENCE = 4000;
/** How much longer a slow computer's window is waited for, without a word, before it is closed, in milliseconds. */
const PATIENCE_WHEN_LATE = 20000;
/** How long a window that was left from before a reload may take to answer, in milliseconds. */
const PATIENCE_WITH_OLD_WINDOW = 1500;
/** How long the card may take, in milliseconds. */
const PATIENCE_WITH_CARD = 20000;
const OPENED = "perennial.window-opened";

/**
 * @param {string} origin the agent's origin, for example http://localhost:61161
 * @param {string} language the language that the window should speak, zh-TW or en
 * @param {(message: object) => void} hear called with every message that no question waits for
 */
export function agentWindow(origin, language, hear) {
  const address = `${origin}/window?lang=${encodeURIComponent(language)}`;
  const questions = new Map();
  let win = null;
  let answered = false;
  let leftFromBefore = false;
  let whenAnswered = () => {};

  addEventListener("message", (event) => {
    if (win === null || event.source !== win || event.origin !== origin) {
      return;
    }
    const message = event.data;
    if (typeof message !== "object" || message === null || message.perennial !== 1) {
      return;
    }
    answered = true;
    whenAnswered();
    if (message.type === "ready") {
      say({ type: "detect" });
      return;
    }
    const question = questions.get(message.type === "problem" ? message.about : message.type);
    if (message.type === "problem" && question !== undefined) {
      question.reject(new Refusal(message.problem));
      return;
    }
    hear(message);
    question?.resolve(message);
  });

  /**
   * Opens the window or brings it to the front. Call it in the click itself, before anything is awaited, or the
   * browser blocks it.
   */
  function open() {
    if (isOpen()) {
      if (!answered) {
        win.location.replace(address);
      }
      win.focus();
      return;
    }
    answered = false;
    // After a reload this page has lost its hold on the window; taking it by its name does not reload it.
    leftFromBefore = sessionStorage.getItem(OPENED) !== null;
    win = window.open(leftFromBefore ? "" : address, NAME, FEATURES);
    if (win === null) {
      throw new Refusal("A05");
    }
    sessionStorage.setItem(OPENED, "yes");
    if (leftFromBefore && isBlank(win)) {
      leftFromBefore = false;
      win.location.replace(address);
    }
    win.focus();
  }

  /**
   * Waits for an opened window; one that stays silent is no agent (A04). Should it speak up later after all, what it
   * says is heard.
   */
  async function ready() {
    if (answered) {
      return;
    }
    const asking = leftFromBefore ? setInterval(() => say({ type: "detect" }), 250) : undefined;
    let heard = leftFromBefore && (await answerWithin(PATIENCE_WITH_OLD_WINDOW));
    clearInterval(asking);
    if (!heard) {
      if (leftFromBefore) {
        win.location.replace(address);
      }
      heard = await answerWithin(PATIENCE);
    }
    if (!heard) {
      closeUnlessLate(win);
      throw new Refusal("A04");
    }
  }

  async function closeUnlessLate(silent) {
    await answerWithin(PATIENCE_WHEN_LATE);
    if (!answered && win === silent) {
      close();
    }
  }

  function answerWithin(patience) {
    return new Promise((resolve) => {
      const tooLate = setTimeout(() => resolve(false), patience);
      whenAnswered = () => {
        clearTimeout(tooLate);
        resolve(true);
      };
      if (answered) {
        whenAnswered();
      }
    });
  }

  /** The readers and cards, asked anew. */
  async function detect() {
    const first = !answered;
    await ready();
    if (!first) {
      say({ type: "detect" });
    }
    return (await answerOf("readers", "detect")).readers;
  }

  /** The card in a reader, with its certificates. */
  async function read(reader) {
    await ready();
    say({ type: "read", reader });
    return (await answerOf("card", "read")).card;
  }

  /** The window's next message of a kind; its refusal is thrown, and silence is A07. */
  function answerOf(kind, about) {
    return new Promise((resolve, reject) => {
      const end = (then) => (value) => {
        clearTimeout(tooLate);
        questions.delete(kind);
        questions.delete(about);
        then(value);
      };
      const question = { resolve: end(resolve), reject: end(reject) };
      const tooLate = setTimeout(() => question.reject(new Refusal("A07")), PATIENCE_WITH_CARD);
      questions.set(kind, question);
      questions.set(about, question);
    });
  }

  function say(message) {
    if (isOpen()) {
      win.postMessage({ perennial: 1, ...message }, origin);
    }
  }

  function isOpen() {
    return win !== null && !win.closed;
  }

  function close() {
    win?.close();
    win = null;
    answered = false;
    sessionStorage.removeItem(OPENED);
  }

  return { open, ready, detect, read, say, isOpen };
}

/** A window that the browser has just made is readable; one that shows the agent is not. */
function isBlank(win) {
  try {
    return win.location.href === "about:blank";
  } catch {
    return false;
  }
}
