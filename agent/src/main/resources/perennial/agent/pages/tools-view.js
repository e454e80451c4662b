// SPDX-License-Identifier: Apache-2.0
// What the card tools show. Every value is set as text, never as markup: a card's contents are a stranger's.

import { date, fill, language } from "./texts.js";
import { texts } from "./tools-texts.js";

export const byId = (id) => document.getElementById(id);

const ALGORITHMS = { RSA_2048: "RSA 2048", RSA_3072: "RSA 3072", P_256: "ECC P-256", P_384: "ECC P-384" };
const TONES = { VALID: "tag--good", NOT_YET_VALID: "tag--wait", EXPIRED: "tag--bad" };
export const TABS = ["view", "pin", "unlock", "sign", "verify", "decrypt"];

function show(id, visible) {
  byId(id).hidden = !visible;
}

/** Writes the page's fixed texts in its language. */
export function translate() {
  document.documentElement.lang = language;
  document.title = `${texts.title} · ${texts.name}`;
  for (const place of document.querySelectorAll("[data-secret]")) {
    expand(place, place.dataset.secret, { type: "password", autocomplete: "off", autocapitalize: "off", spellcheck: "false" });
  }
  for (const place of document.querySelectorAll("[data-file]")) {
    expand(place, place.dataset.file, { type: "file" });
  }
  document.querySelectorAll("[data-risk]").forEach(expandRisk);
  for (const element of document.querySelectorAll("[data-text]")) {
    element.textContent = texts[element.dataset.text];
  }
  byId("tabs").setAttribute("aria-label", texts.tools);
  const other = language === "zh-TW" ? "en" : "zh-TW";
  byId("language").href = `?lang=${other}`;
  byId("language").lang = other;
}

/** A field: its label, hint, place for what is wrong with it, and the input. */
function expand(place, id, attributes) {
  const label = text("label", texts[place.dataset.label]);
  label.htmlFor = id;
  const error = text("p", "", "field__error");
  error.id = `${id}-error`;
  const input = document.createElement("input");
  input.id = id;
  for (const [name, value] of Object.entries(attributes)) {
    input.setAttribute(name, value);
  }
  const parts = [label];
  const described = [error.id];
  if (place.dataset.hint) {
    const hint = text("p", texts[place.dataset.hint], "hint");
    hint.id = `${id}-hint`;
    described.unshift(hint.id);
    parts.push(hint);
  }
  input.setAttribute("aria-describedby", described.join(" "));
  place.replaceChildren(...parts, error, input);
}

/** The warning and the consent for a try that may be the last; shown when it is. */
function expandRisk(place) {
  const form = place.closest("form").id;
  place.id = `${form}-risk`;
  place.hidden = true;
  const warning = document.createElement("div");
  warning.className = "alert alert--warning alert--slim";
  const body = document.createElement("div");
  body.className = "alert__body";
  const said = text("p", "");
  said.id = `${form}-risk-text`;
  body.append(said);
  warning.append(body);
  const consent = document.createElement("label");
  consent.className = "consent";
  const box = document.createElement("input");
  box.type = "checkbox";
  box.id = `${form}-consent`;
  box.setAttribute("aria-describedby", `${form}-consent-error`);
  consent.append(box, text("span", place.dataset.risk === "pin" ? texts.lastPinConsent : texts.lastPukConsent));
  const error = text("p", "", "field__error");
  error.id = `${form}-consent-error`;
  place.replaceChildren(warning, consent, error);
}

export function status(text) {
  byId("status").textContent = text;
  byId("status").dataset.busy = String(text !== "");
}

/** Takes back what was said about the last attempt. */
export function quiet() {
  show("problem", false);
  show("success", false);
}

export function problem({ code, cause, remedy }, tries = "") {
  show("success", false);
  byId("problem").dataset.code = code;
  byId("problem-code").textContent = code;
  byId("problem-cause").textContent = cause ?? code;
  byId("problem-remedy").textContent = remedy ?? "";
  byId("problem-tries").textContent = tries;
  show("problem-tries", tries !== "");
  show("problem", true);
  byId("problem").focus();
}

/** @param {{name: string, url: string}} saved what the person may keep; none where there is no file */
export function success(text, more, saved = null) {
  show("problem", false);
  byId("success-text").textContent = text;
  byId("success-more").textContent = more;
  show("success-save", saved !== null);
  if (saved !== null) {
    byId("save").href = saved.url;
    byId("save").download = saved.name;
    byId("save").textContent = fill(texts.saveAs, { name: saved.name });
  }
  show("success", true);
  byId("success").focus();
}

/** Lists the readers that have a card and answers the chosen one's name, null when there is none. */
export function readers(all) {
  const list = byId("reader");
  const before = list.value;
  const withCard = all.filter((reader) => reader.cardNumber);
  list.replaceChildren(
    ...withCard.map((reader) => {
      const option = document.createElement("option");
      option.value = reader.name;
      option.textContent = fill(texts.cardIn, { reader: reader.name, number: reader.cardNumber });
      return option;
    }),
  );
  show("reader-box", withCard.length > 1);
  if (withCard.length === 0) {
    return null;
  }
  list.value = withCard.some((reader) => reader.name === before) ? before : withCard[0].name;
  return list.value;
}

/** Only a signature can be verified then. */
export function noCard(why, current) {
  status("");
  clear();
  show("tabs", true);
  tab(current, false);
  const needed = current !== "verify";
  if (needed) {
    show(current, false);
  }
  show("no-card", needed && why === null);
  if (needed && why !== null) {
    problem(why);
  }
}

/** What was typed for one card is not offered to another. */
function clear() {
  for (const field of document.querySelectorAll("input[type=password], textarea")) {
    field.value = "";
  }
  show("request-made", false);
}

export function card(sheet, current) {
  show("no-card", false);
  show("tabs", true);
  const abilities = sheet.kind in texts ? texts[sheet.kind] : sheet.kind;
  byId("card-summary").replaceChildren(
    row(texts.cardNumber, sheet.cardNumber, "serial"),
    row(texts.pinTries, sheet.pinTriesLeft === 0 ? texts.locked : String(sheet.pinTriesLeft)),
    row(texts.pukTries, sheet.pukTriesLeft === null ? texts.notTold : sheet.pukTriesLeft === 0 ? texts.locked : String(sheet.pukTriesLeft)),
    row(texts.product, sheet.product || "-"),
    row(texts.abilities, abilities),
    row(texts.newKeys, sheet.newKeys.map((name) => ALGORITHMS[name] ?? name).join(", ") || "-"),
    row(texts.room, fill(texts.roomKeys, { count: sheet.freeContainers })),
    row(texts.readerName, sheet.reader),
    row(texts.driver, sheet.driver),
    row(texts.atr, sheet.atr ?? "-", "serial"),
  );
  const held = sheet.keys.map(certificate);
  byId("certificates").replaceChildren(...(held.length > 0 ? held : [text("p", texts.noCertificates)]));
  byId("clock").textContent = fill(texts.clock, { time: moment(sheet.seenAt) });
  risks(sheet);
  tab(current, false);
}

function risks(sheet) {
  const left = sheet.pukTriesLeft;
  const tries = {
    pin: sheet.pinTriesLeft === 0 ? texts.pinLocked : fill(texts.tries, { tries: sheet.pinTriesLeft }),
    puk: left === null ? texts.pukUntold : fill(texts.pukLeft, { tries: left }),
  };
  for (const place of document.querySelectorAll("[data-tries]")) {
    place.textContent = tries[place.dataset.tries];
  }
  for (const place of document.querySelectorAll("[data-risk]")) {
    const form = place.closest("form").id;
    const pin = place.dataset.risk === "pin";
    byId(`${form}-risk-text`).textContent = pin ? texts.lastPin : left === null ? texts.untoldPuk : texts.lastPuk;
    byId(`${form}-consent`).checked = false;
    show(place.id, pin ? sheet.pinTriesLeft === 1 : left === null || left === 1);
    lock(form, pin ? sheet.pinTriesLeft === 0 : left === 0);
  }
}

/** A form that can only do harm is not offered. */
function lock(form, locked) {
  const button = byId(form).querySelector("button");
  button.dataset.locked = String(locked);
  button.disabled = locked;
}

/** @param {string[]} origins the authorities that may be asked to unlock a card */
export function authorities(origins) {
  const list = byId("code-authority");
  list.replaceChildren(
    ...origins.map((origin) => {
      const option = text("option", origin);
      option.value = origin;
      return option;
    }),
  );
  show("code-authority-box", origins.length > 1);
  const asked = () => {
    byId("code-asked").textContent =
      origins.length === 0 ? texts.noAuthority : fill(texts.authorityAsked, { origin: list.value });
  };
  list.addEventListener("change", asked);
  asked();
}

/** Shows the forms of the way to unlock that was chosen. */
export function way(chosen) {
  for (const form of document.querySelectorAll("[data-way]")) {
    form.hidden = form.dataset.way !== chosen;
  }
}

export function request(message) {
  byId("request-text").value = message;
  show("request-made", true);
}

/** @param {object[]} signers the agent's verdicts; none clears the place */
export function signers(verdicts) {
  byId("signers").replaceChildren(...verdicts.map(signer));
}

function signer(verdict) {
  const part = document.createElement("section");
  part.className = "certificate";
  const counts = verdict.doubts.length === 0;
  const head = document.createElement("div");
  head.className = "certificate__head";
  head.append(
    text("h3", verdict.subject ?? texts.unknown),
    text("span", counts ? texts.genuine : texts.doubtful.cause, counts ? "tag tag--good" : "tag tag--bad"),
  );
  const summary = document.createElement("dl");
  summary.className = "summary";
  const rows = [row(texts.serial, verdict.serial ?? "-", "serial"), row(texts.claimedTime, verdict.claimedTime ? moment(verdict.claimedTime) : "-")];
  if (verdict.chain.length > 0) {
    rows.push(row(texts.chain, verdict.chain.join(" ← ")));
  }
  if (!counts) {
    rows.push(row(texts.doubts, verdict.doubts.map((doubt) => texts[doubt] ?? doubt).join("；")));
  }
  summary.append(...rows);
  part.append(head, summary);
  return part;
}

function certificate(key) {
  const part = document.createElement("section");
  part.className = "certificate";
  const head = document.createElement("div");
  head.className = "certificate__head";
  head.append(text("h3", texts[key.slot] ?? key.slot), text("span", texts[key.state] ?? key.state, `tag ${TONES[key.state] ?? ""}`));
  const summary = document.createElement("dl");
  summary.className = "summary";
  summary.append(
    row(texts.subject, key.subject),
    row(texts.issuer, key.issuer),
    row(texts.serial, key.serial, "serial"),
    row(texts.validity, fill(texts.range, { from: date(key.notBefore), to: date(key.notAfter) })),
    row(texts.key, ALGORITHMS[key.algorithm] ?? key.algorithm ?? "-"),
  );
  part.append(head, summary);
  return part;
}

/** @param {boolean} chosen whether the person went there just now, and the focus with him */
export function tab(current, chosen) {
  for (const name of TABS) {
    show(name, name === current);
  }
  for (const link of document.querySelectorAll("#tabs a")) {
    if (link.dataset.tab === current) {
      link.setAttribute("aria-current", "page");
    } else {
      link.removeAttribute("aria-current");
    }
  }
  if (chosen) {
    clear();
    signers([]);
    for (const form of document.querySelectorAll("form")) {
      fieldErrors(form.id, {});
    }
    byId(`${current}-title`).focus();
  }
}

/** Says beside each field what is wrong with it and goes to the first; answers whether nothing is. */
export function fieldErrors(form, wrong) {
  let first = null;
  for (const place of byId(form).querySelectorAll(".field__error")) {
    const name = place.id.slice(form.length + 1, -"-error".length);
    const field = byId(`${form}-${name}`);
    const said = wrong[name] ?? "";
    place.textContent = said;
    field.setAttribute("aria-invalid", String(said !== ""));
    first ??= said === "" ? null : field;
  }
  first?.focus();
  return first === null;
}

export function busy(form, busyNow, why = texts.working) {
  status(busyNow ? why : "");
  for (const field of byId(form).querySelectorAll("input")) {
    field.readOnly = busyNow;
  }
  const button = byId(form).querySelector("button");
  button.disabled = busyNow || button.dataset.locked === "true";
}

// --- small things -----------------------------------------------------------------------------------------------

function row(name, value, className = "") {
  const line = document.createElement("div");
  line.className = "summary__row";
  line.append(text("dt", name), text("dd", value, className));
  return line;
}

function text(kind, content, className = "") {
  const element = document.createElement(kind);
  element.className = className;
  element.textContent = content;
  return element;
}

const moment = (instant) =>
  new Date(instant).toLocaleString(language === "zh-TW" ? "zh-TW" : "en-GB", { dateStyle: "medium", timeStyle: "medium", hour12: false });
