// SPDX-License-Identifier: Apache-2.0
// What the popup asks its holder: whether a site may use the card, and the PIN. The PIN is sealed to a key that the
// agent makes for this once (decision 16); the page gets nothing but the agent's answer.

import { seal } from "/hipki/seal.js";
import { fill, language, setLanguage, texts } from "/hipki/texts.js";

/** A PIN as the card takes it: 6 to 8 printable ASCII characters, one octet each. */
const PIN_SHAPE = /^[\x21-\x7e]{6,8}$/;
/** How long a notice stands before the window closes, in milliseconds. */
const NOTICE = 2500;
/** A click that was meant for the page beneath must not hit a button that has just appeared. */
const SETTLED = 500;
/** A call with this answer tells a person something that the page may not show. */
const SHOWN_PARTS = ["consent-box", "pin-form", "alone", "brought"];

const byId = (id) => document.getElementById(id);

let origin = "";
let answer = () => {};
/** The agent's last question. */
let asked = null;
let working = false;

/** Opened by hand: there is nobody to answer. */
export function alone() {
  loaded().then(() => {
    translate();
    only("alone");
    title(texts().aloneTitle);
  });
}

/**
 * @param {string} from the page's origin, as the browser says it
 * @param {string} message what it asks for
 * @param {(text: string) => void} reply gives the page its answer, once
 */
export async function begin(from, message, reply) {
  origin = from;
  answer = reply;
  await loaded();
  translate();
  title(texts().working);
  listen();
  await follow(post("begin", { "X-Perennial-Opener": origin, "Content-Type": "text/plain" }, message));
}

const loaded = () =>
  document.readyState === "loading"
    ? new Promise((resolve) => document.addEventListener("DOMContentLoaded", resolve, { once: true }))
    : Promise.resolve();

async function post(question, headers, body) {
  const response = await fetch(`/hipki/${question}`, {
    method: "POST",
    headers: { "X-Perennial-Language": language(), ...headers },
    body,
    cache: "no-store",
    redirect: "error",
  });
  if (!response.ok) {
    throw new Error(`the agent answered ${response.status}`);
  }
  return response.json();
}

/** Shows what the agent asks, or gives the page what it answers. */
async function follow(question) {
  working = true;
  busy(texts().working);
  try {
    const told = await question;
    working = false;
    busy("");
    if (typeof told.reply === "string") {
      finish(told);
    } else if (told.ask === "consent") {
      askConsent(told);
    } else {
      askSecret(told);
    }
  } catch (failure) {
    console.error(failure);
    title(texts().lost);
    only();
    busy(texts().lostText);
    answer(JSON.stringify({ ret_code: 0x7600000d, last_error: 0, message: texts().lost }));
  }
}

function finish(told) {
  asked = null;
  answer(told.reply);
  if (told.brought) {
    only("brought");
    title(texts().done);
    setTimeout(() => window.close(), NOTICE);
  } else {
    window.close();
  }
}

// --- the site ---------------------------------------------------------------------------------------------------

function askConsent(question) {
  asked = question;
  only("consent-box");
  title(texts().consentTitle);
  byId("consent-origin").textContent = question.origin;
  settle("allow");
  byId("title").focus();
}

function settle(id) {
  byId(id).disabled = true;
  setTimeout(() => {
    byId(id).disabled = false;
  }, SETTLED);
}

// --- the PIN ----------------------------------------------------------------------------------------------------

function askSecret(question) {
  asked = question;
  const sets = question.secrets !== "PIN";
  only("pin-form");
  title(texts()[`title_${question.func}`] ?? texts().title_sign);
  byId("submit").textContent = texts()[`submit_${question.func}`] ?? texts().submit_sign;
  byId("pin-origin").textContent = question.origin;
  byId("pin-card").textContent = `${question.cardNumber} (${question.reader})`;
  show("preview-row", question.preview !== "");
  byId("preview-name").textContent = question.func === "writeCert" ? texts().certificate : texts().data;
  byId("preview").textContent = question.preview;
  show("pin-box", question.secrets !== "NEW");
  show("new-box", sets);
  for (const id of ["pin", "new", "again"]) {
    byId(id).value = "";
  }
  byId("consent").checked = false;
  show("last-try", question.triesLeft === 1);
  byId("last-try-text").textContent = question.secrets === "NEW" ? texts().lastTryUnlock : texts().lastTry;
  byId("pin-tries").textContent = fill(texts().tries, { tries: question.triesLeft });
  error("new-error", "");
  const wrong = question.problem?.code === "C05";
  error("pin-error", wrong ? fill(texts().wrong, { tries: question.triesLeft }) : "");
  byId("pin-tries").hidden = wrong;
  show("problem", question.problem !== null && !wrong);
  byId("problem-cause").textContent = question.problem?.cause ?? "";
  byId("problem-remedy").textContent = question.problem?.remedy ?? "";
  byId(question.secrets === "NEW" ? "new" : "pin").focus();
}

function error(id, text) {
  byId(id).textContent = text;
  byId(id === "pin-error" ? "pin" : "new").setAttribute("aria-invalid", String(text !== ""));
}

/** The secrets as octets, or null with the reason shown; the fields are empty afterwards. */
function takeSecrets() {
  const typed = ["pin", "new", "again"].map((id) => {
    const { value } = byId(id);
    byId(id).value = "";
    return value;
  });
  const wanted = { PIN: [typed[0]], CHANGE: [typed[0], typed[1]], NEW: [typed[1]] }[asked.secrets];
  const asksPin = asked.secrets !== "NEW";
  const asksNew = asked.secrets !== "PIN";
  const pinWrong = asksPin && !PIN_SHAPE.test(typed[0]);
  const newWrong = asksNew && !PIN_SHAPE.test(typed[1]);
  const differ = asksNew && !newWrong && typed[1] !== typed[2];
  error("pin-error", pinWrong ? texts().shape : "");
  error("new-error", newWrong ? texts().newShape : differ ? texts().differ : "");
  if (pinWrong || newWrong || differ) {
    byId(pinWrong ? "pin" : "new").focus();
    return null;
  }
  return wanted.map((text) => Uint8Array.from(text, (character) => character.charCodeAt(0)));
}

async function submit() {
  const lastTry = asked.triesLeft === 1;
  if (lastTry && !byId("consent").checked) {
    error(asked.secrets === "NEW" ? "new-error" : "pin-error", texts().consentMissing);
    byId("consent").focus();
    return;
  }
  const secrets = takeSecrets();
  if (secrets === null) {
    return;
  }
  const headers = { "Content-Type": "application/octet-stream", "X-Perennial-Visit": asked.visit };
  if (lastTry) {
    headers["X-Perennial-Last-Try"] = "yes";
  }
  let sealed;
  try {
    sealed = await seal(asked.key, secrets);
  } finally {
    secrets.forEach((secret) => secret.fill(0));
  }
  await follow(post("secret", headers, sealed));
}

// --- listening --------------------------------------------------------------------------------------------------

function listen() {
  byId("pin-form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (!working) {
      submit();
    }
  });
  byId("allow").addEventListener("click", () => follow(post("allow", { "X-Perennial-Visit": asked.visit }, "")));
  for (const id of ["deny", "cancel"]) {
    byId(id).addEventListener("click", () => follow(post("cancel", { "X-Perennial-Visit": asked.visit }, "")));
  }
  addEventListener("pagehide", () => {
    if (asked !== null) {
      fetch("/hipki/cancel", { method: "POST", headers: { "X-Perennial-Visit": asked.visit }, keepalive: true });
      answer(JSON.stringify({ func: asked.func ?? "", ret_code: 0x76000999, last_error: 0, message: texts().cancelled }));
    }
  });
}

// --- small things -----------------------------------------------------------------------------------------------

function show(id, visible) {
  byId(id).hidden = !visible;
}

function only(...parts) {
  for (const part of SHOWN_PARTS) {
    show(part, parts.includes(part));
  }
}

function busy(text) {
  byId("status").textContent = text;
  byId("status").dataset.busy = String(text !== "" && working);
  byId("submit").disabled = working;
}

function title(text) {
  byId("title").textContent = text;
  document.title = `${text} · ${texts().name}`;
}

function translate() {
  document.documentElement.lang = language();
  for (const element of document.querySelectorAll("[data-text]")) {
    element.textContent = texts()[element.dataset.text];
  }
  byId("language").lang = language() === "en" ? "zh-TW" : "en";
  byId("language").onclick = (event) => {
    event.preventDefault();
    setLanguage(language() === "en" ? "zh-TW" : "en");
    translate();
    if (asked?.ask === "consent") {
      askConsent(asked);
    } else if (asked !== null) {
      askSecret({ ...asked, problem: asked.problem?.code === "C05" ? asked.problem : null });
    }
  };
}
