// SPDX-License-Identifier: Apache-2.0
// What the card tools show. Every value is set as text, never as markup: a card's contents are a stranger's.

import { date, fill, language } from "./texts.js";
import { texts } from "./tools-texts.js";

export const byId = (id) => document.getElementById(id);

const ALGORITHMS = { RSA_2048: "RSA 2048", RSA_3072: "RSA 3072", P_256: "ECC P-256", P_384: "ECC P-384" };
const TONES = { VALID: "tag--good", NOT_YET_VALID: "tag--wait", EXPIRED: "tag--bad" };
const TABS = ["view", "pin", "unlock"];
const FIELDS = ["current", "next", "again", "consent"];

function show(id, visible) {
  byId(id).hidden = !visible;
}

/** Writes the page's fixed texts in its language. */
export function translate() {
  document.documentElement.lang = language;
  document.title = `${texts.title} · ${texts.name}`;
  for (const element of document.querySelectorAll("[data-text]")) {
    element.textContent = texts[element.dataset.text];
  }
  byId("tabs").setAttribute("aria-label", texts.tools);
  const other = language === "zh-TW" ? "en" : "zh-TW";
  byId("language").href = `?lang=${other}`;
  byId("language").lang = other;
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

export function success(text, more) {
  byId("success-text").textContent = text;
  byId("success-more").textContent = more;
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

export function noCard(why) {
  status("");
  show("tabs", false);
  for (const name of TABS) {
    show(name, false);
  }
  clear();
  show("no-card", why === null);
  if (why !== null) {
    problem(why);
  }
}

/** What was typed for one card is not offered to another. */
function clear() {
  for (const field of document.querySelectorAll("input[type=password]")) {
    field.value = "";
  }
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
  byId("pin-tries").textContent =
    sheet.pinTriesLeft === 0 ? texts.pinLocked : fill(texts.tries, { tries: sheet.pinTriesLeft });
  show("pin-risk", sheet.pinTriesLeft === 1);
  const left = sheet.pukTriesLeft;
  byId("unlock-tries").textContent = left === null ? texts.pukUntold : fill(texts.pukLeft, { tries: left });
  byId("unlock-risk-text").textContent = left === null ? texts.untoldPuk : texts.lastPuk;
  show("unlock-risk", left === null || left === 1);
  for (const form of ["pin", "unlock"]) {
    byId(`${form}-consent`).checked = false;
  }
  lock("pin", sheet.pinTriesLeft === 0);
  lock("unlock", left === 0);
}

/** A form that can only do harm is not offered. */
function lock(form, locked) {
  const button = byId(form).querySelector("button");
  button.dataset.locked = String(locked);
  button.disabled = locked;
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
    fieldErrors(current, {});
    byId(`${current}-title`).focus();
  }
}

/** Says beside each field what is wrong with it and goes to the first; answers whether nothing is. */
export function fieldErrors(form, wrong) {
  let first = null;
  for (const name of FIELDS) {
    const field = byId(`${form}-${name}`);
    if (field === null) {
      continue;
    }
    const said = wrong[name] ?? "";
    byId(`${form}-${name}-error`).textContent = said;
    field.setAttribute("aria-invalid", String(said !== ""));
    first ??= said === "" ? null : field;
  }
  first?.focus();
  return first === null;
}

export function busy(form, busyNow) {
  status(busyNow ? texts.working : "");
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
