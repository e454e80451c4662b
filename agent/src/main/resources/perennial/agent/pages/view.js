// SPDX-License-Identifier: Apache-2.0
// What the agent's window shows. Every value is set as text, never as markup: a card's contents are a stranger's.

import { date, fill, language, texts } from "./texts.js";

const STEPS = ["START", "REQUEST", "SEND", "WRITE", "DONE"];
const PARTS = ["idle", "consent-box", "pin-form", "progress", "steps-box", "problem", "success", "card-in-use", "close-box", "keep-open"];

/** How long a new button does nothing, in milliseconds. */
const SETTLED = 500;

export const byId = (id) => document.getElementById(id);

function show(id, visible) {
  byId(id).hidden = !visible;
}

/** Writes the page's fixed texts in the window's language. */
export function translate() {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-text]")) {
    element.textContent = texts[element.dataset.text];
  }
  byId("steps").setAttribute("aria-label", texts.steps);
  const other = language === "zh-TW" ? "en" : "zh-TW";
  byId("language").href = `?lang=${other}`;
  byId("language").lang = other;
  // Another language would reload the window; one that a page has opened speaks the page's.
  show("language", window.opener === null);
}

function title(text) {
  byId("title").textContent = text;
  document.title = `${text} · ${texts.name}`;
}

function status(text) {
  byId("status").textContent = text;
  byId("status").dataset.busy = String(text !== "");
}

function only(...parts) {
  for (const part of PARTS) {
    show(part, parts.includes(part));
  }
}

// --- screens ----------------------------------------------------------------------------------------------------

export function idle() {
  only("idle");
  title(texts.idleTitle);
  status("");
}

export function connected(origin) {
  byId("connected-origin").textContent = origin;
  show("connected", true);
  show("keep-open", !byId("idle").hidden);
}

/** Asks whether a site may use the card; true if the holder allows it. */
export function askConsent(origin) {
  only("consent-box");
  title(texts.consentTitle);
  status("");
  byId("consent-origin").textContent = origin;
  byId("title").focus();
  settle("allow");
  return new Promise((resolve) => {
    byId("allow").onclick = () => resolve(true);
    byId("deny").onclick = () => resolve(false);
  });
}

/** A click that was meant for the page beneath must not hit a button that has just appeared. */
function settle(id) {
  byId(id).disabled = true;
  setTimeout(() => {
    byId(id).disabled = false;
  }, SETTLED);
}

/** Shows the parts of the PIN's form that belong to one of these kinds, or to all. */
function kinds(...shown) {
  for (const part of document.querySelectorAll("[data-of]")) {
    part.hidden = !shown.includes(part.dataset.of);
  }
}

/** What a site asks for, and the PIN for it. */
export function askOrder(order) {
  only("pin-form");
  kinds("order", order.signs ? "sign" : "decrypt");
  title(order.signs ? texts.signTitle : texts.decryptTitle);
  status("");
  byId("pin-site").textContent = texts.orderSite;
  byId("pin-origin").textContent = order.origin;
  const what = order.signs ? (order.text === null ? "orderFile" : "orderText") : "orderCipher";
  byId("order-what").textContent = texts[what];
  show("order-text", order.text !== null);
  byId("order-text").textContent = order.text ?? "";
  show("order-file", order.text === null);
  byId("order-name").textContent = order.name === "" ? texts.noName : order.name;
  byId("order-size").textContent = fill(texts.octets, { octets: order.length.toLocaleString("en") });
  byId("order-fingerprint").textContent = order.fingerprint;
  byId("order-form").textContent = fill(texts[order.form], { digest: order.digest });
  byId("order-certificate").textContent =
    `${holder(order.certificate.subject)}${texts.comma}${fill(texts.until, { use: use(order.certificate.slot), date: date(order.certificate.notAfter) })}`;
  byId("pin-card").textContent = order.card.cardNumber;
  byId("pin-submit").textContent = order.signs ? texts.signSubmit : texts.decryptSubmit;
  askSecrets(order.triesLeft, false);
}

/** Back to waiting, with a word about what was done. */
export function orderEnded(text) {
  idle();
  show("keep-open", false);
  status(text);
  byId("status").dataset.busy = "false";
  byId("title").focus();
}

function askSecrets(left, second) {
  byId("pin").value = "";
  byId("second").value = "";
  show("second-box", second);
  pinError("");
  secondError("");
  tries(left);
  byId("pin").focus();
}

export function screen(name) {
  title(texts.runTitle);
  if (name === "preparing") {
    only("steps-box");
    step("START");
    status(texts.preparing);
  } else {
    only("steps-box", "progress");
    status(texts.working);
    byId("title").focus();
  }
}

export function askPin(origin, renewal) {
  only("pin-form");
  kinds("renewal");
  byId("pin-site").textContent = texts.site;
  byId("pin-submit").textContent = texts.submit;
  title(texts.pinTitle);
  status(renewal.resumes ? texts.resumes : "");
  byId("status").dataset.busy = "false";
  byId("pin-origin").textContent = origin;
  byId("pin-holder").textContent = holder(renewal.certificates[0]?.subject ?? "");
  byId("pin-card").textContent = renewal.cardNumber;
  byId("pin-certificates").replaceChildren(
    ...renewal.certificates.map((certificate) => {
      const line = document.createElement("div");
      line.textContent = fill(texts.until, { use: use(certificate.slot), date: date(certificate.notAfter) });
      return line;
    }),
  );
  askSecrets(renewal.triesLeft, renewal.secondSecret === true);
}

function tries(left) {
  byId("pin-tries").textContent = fill(texts.tries, { tries: left });
  byId("consent").checked = false;
  show("last-try", left === 1);
}

export function pinError(text) {
  byId("pin-error").textContent = text;
  byId("pin").setAttribute("aria-invalid", String(text !== ""));
}

export function secondError(text) {
  byId("second-error").textContent = text;
  byId("second").setAttribute("aria-invalid", String(text !== ""));
}

export function wrongPin(left) {
  tries(left);
  pinError(fill(texts.wrong, { tries: left }));
  byId("pin-tries").textContent = "";
  byId("pin").focus();
}

export function checkingPin(checking, text = texts.checkingPin) {
  byId("pin-submit").disabled = checking;
  byId("refuse").disabled = checking;
  byId("pin").readOnly = checking;
  byId("second").readOnly = checking;
  if (checking) {
    pinError("");
    secondError("");
  }
  status(checking ? text : "");
}

export function progress(now, certificates) {
  step(now.step);
  show("card-in-use", now.cardInUse);
  const lines = now.certificates.map((certificate) => {
    const old = certificates.find((one) => one.slot === certificate.slot);
    const renewed = ["INSTALLED", "CONFIRMED"].includes(certificate.state) && certificate.newNotAfter;
    const line = document.createElement("li");
    line.append(
      span(fill(texts.until, { use: use(certificate.slot), date: date(renewed ? certificate.newNotAfter : old.notAfter) })),
      tag(texts[certificate.state] ?? certificate.state, tone(certificate.state)),
    );
    return line;
  });
  byId("progress-list").replaceChildren(...lines);
}

export function done() {
  only("steps-box", "success", "progress", "close-box");
  step("DONE");
  title(texts.success);
  status("");
  byId("title").focus();
}

export function failed(given, canRetry, heading = texts.failedTitle) {
  only("problem");
  title(heading);
  status("");
  problem(given, canRetry && !["N04", "N05"].includes(given.code));
}

export function blocked(advice) {
  only("problem");
  title(texts.blockedTitle);
  status("");
  problem(advice, false);
}

function problem({ code, cause, remedy }, canRetry) {
  byId("problem").dataset.code = code;
  byId("problem-code").textContent = code;
  byId("problem-cause").textContent = cause ?? code;
  byId("problem-remedy").textContent = remedy ?? "";
  show("retry-box", canRetry);
}

// --- lists ------------------------------------------------------------------------------------------------------

export function readers(list) {
  const lines = list.map((reader) => {
    const line = document.createElement("li");
    const state = reader.cardNumber
      ? span(fill(texts.cardIn, { number: reader.cardNumber }), "serial")
      : tag(reader.cardPresent && reader.problem ? reader.problem.cause : texts.noCard, "tag--wait");
    line.append(span(reader.name), state);
    return line;
  });
  if (lines.length === 0) {
    const line = document.createElement("li");
    line.textContent = texts.noReader;
    lines.push(line);
  }
  byId("readers").replaceChildren(...lines);
}

export function unfinished(entries, readersNow, finish) {
  show("unfinished-box", entries.length > 0);
  const lines = entries.map((entry) => {
    const line = document.createElement("li");
    const reader = readersNow.find((candidate) => candidate.cardNumber === entry.cardNumber);
    const values = { number: entry.cardNumber, since: date(entry.since), step: texts[entry.step] ?? entry.step };
    line.append(span(fill(texts.unfinishedCard, values)));
    if (reader === undefined) {
      line.append(tag(texts.insertCard, "tag--wait"));
    } else {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button";
      button.textContent = texts.finish;
      button.addEventListener("click", () => finish(entry, reader.name));
      line.append(button);
    }
    return line;
  });
  byId("unfinished").replaceChildren(...lines);
}

// --- small things -----------------------------------------------------------------------------------------------

function step(now) {
  const at = Math.max(0, STEPS.indexOf(now));
  for (const item of document.querySelectorAll("#steps li")) {
    const place = STEPS.indexOf(item.dataset.step);
    item.classList.toggle("is-complete", place < at);
    item.querySelector(".screen-reader")?.remove();
    if (place < at) {
      item.append(span(texts.stepComplete, "screen-reader"));
    }
    if (place === at) {
      item.setAttribute("aria-current", "step");
    } else {
      item.removeAttribute("aria-current");
    }
  }
  byId("steps-count").textContent = fill(texts.stepCount, { step: at + 1, steps: STEPS.length });
  byId("steps-now").textContent = texts[STEPS[at]];
}

function span(text, className = "") {
  const element = document.createElement("span");
  element.className = className;
  element.textContent = text;
  return element;
}

function tag(text, kind) {
  return span(text, `tag ${kind}`);
}

function tone(state) {
  return state === "REFUSED" ? "tag--bad" : state === "CONFIRMED" ? "tag--good" : state === "WAITING" ? "" : "tag--wait";
}

const use = (slot) => (slot === "KEY_MANAGEMENT" || slot === "ENCRYPTION" ? texts.encryption : texts.signature);

/** The common name in a subject, which is who the card belongs to; the whole subject if it has none. */
function holder(subject) {
  return /(?:^|,\s*)CN=((?:\\.|[^,\\])+)/i.exec(subject)?.[1].replace(/\\(.)/g, "$1") ?? subject;
}
