// SPDX-License-Identifier: Apache-2.0
// What the self-test and the environment check show. Every value is set as text, never as markup: a card's contents
// are a stranger's.

import { fill, language } from "/window/texts.js";
import { texts } from "./selftest-texts.js";

export const byId = (id) => document.getElementById(id);
export const list = document.body.dataset.list;

const desktop = list === "check";
/** The rows that say nothing before the PIN was entered. */
const WITH_PIN = 6;
const READER_ROW = 5;
const CLASSIC = 9;
const MARKS = { PASSED: "V", FAILED: "X", NOT_DONE: "–" };
const TONES = { PASSED: "tag--good", FAILED: "tag--bad" };

function show(id, visible) {
  byId(id).hidden = !visible;
}

function text(name, content, style = "") {
  const element = document.createElement(name);
  element.textContent = content;
  if (style !== "") {
    element.className = style;
  }
  return element;
}

/** Writes the page's fixed texts in its language. */
export function translate() {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-text]")) {
    element.textContent = texts[element.dataset.text];
  }
  document.title = `${byId("title").textContent} · ${texts.name}`;
  const other = language === "zh-TW" ? "en" : "zh-TW";
  const query = new URLSearchParams(location.search);
  query.set("lang", other);
  byId("language").href = `?${query}`;
  byId("language").lang = other;
  for (const link of [byId("other"), byId("tools")]) {
    link.href = `${link.getAttribute("href")}?lang=${language}`;
  }
  show("unsupported", false);
}

export function status(said) {
  byId("status").textContent = said;
  byId("status").dataset.busy = String(said !== "");
  for (const id of ["start", "again", "bundle"]) {
    byId(id).disabled = said !== "";
  }
}

export function problem({ code, cause, remedy }) {
  byId("problem-code").textContent = code;
  byId("problem-cause").textContent = cause;
  byId("problem-remedy").textContent = remedy;
  show("problem", true);
  byId("problem").focus();
}

export function quiet() {
  show("problem", false);
  show("result", false);
  pinError("");
}

export function pinError(said) {
  byId("pin-error").textContent = said;
  byId("pin").setAttribute("aria-invalid", String(said !== ""));
  if (said !== "") {
    byId("pin").focus();
  }
}

/** @param {object[]} places the readers with what is in them; answers the chosen one, null when there is none */
export function places(all) {
  const select = byId("reader");
  const before = select.value;
  const withCard = all.filter((place) => place.cardNumber);
  const options = all.map((place) => {
    const option = text("option", "");
    option.value = place.reader;
    option.disabled = !place.cardNumber;
    option.dataset.card = place.cardNumber ?? "";
    option.textContent = place.cardNumber
      ? fill(texts.cardIn, { reader: place.reader, number: place.cardNumber })
      : place.problem
        ? fill(texts.unreadableIn, { reader: place.reader, cause: place.problem.cause })
        : fill(texts.noCardIn, { reader: place.reader });
    return option;
  });
  const none = text("option", withCard.length === 0 ? texts.noPlace : texts.choose);
  none.value = "";
  none.dataset.card = "";
  select.replaceChildren(none, ...options);
  if (withCard.some((place) => place.reader === before)) {
    select.value = before;
  } else {
    select.value = withCard.length === 1 ? withCard[0].reader : "";
  }
}

/** The card that is chosen; null without one. */
export function chosen() {
  const option = byId("reader").selectedOptions[0];
  return option && option.dataset.card !== "" ? { reader: option.value, cardNumber: option.dataset.card } : null;
}

/** @param {boolean} withPin whether what takes the PIN was examined */
export function report(found, withPin) {
  const rows = found.items.flatMap((item) => {
    const row = [line(item, withPin)];
    if (desktop && item.number === CLASSIC + 1) {
      const between = document.createElement("tr");
      const heading = text("th", texts.online, "checks__part");
      heading.colSpan = 4;
      heading.scope = "colgroup";
      between.append(heading);
      row.unshift(between);
    }
    return row;
  });
  const places = byId("reader-field");
  const pin = byId("pin-field");
  if (!desktop) {
    // The reader is chosen, and the PIN entered, in their rows.
    document.activeElement?.blur();
    rows[READER_ROW - 1].lastElementChild.append(places);
    rows[WITH_PIN - 1].lastElementChild.append(pin);
  }
  byId("items").replaceChildren(...rows);
  const left = found.items
    .flatMap((item) => item.facts)
    .filter((fact) => fact.name === "TRIES_LEFT")
    .map((fact) => Number(fact.value))
    .at(-1);
  byId("tries").textContent = left === undefined ? "" : fill(texts.tries, { tries: left });
  byId("consent").checked = false;
  show("risk", left === 1);
  show("run", true);
}

function line(item, withPin) {
  const row = document.createElement("tr");
  const waits = !desktop && !withPin && item.number >= WITH_PIN && !(item.number === WITH_PIN && item.verdict === "FAILED");
  const verdict = waits ? "NOT_DONE" : item.verdict;
  row.dataset.item = item.number;
  row.dataset.verdict = waits ? "" : verdict;
  const heading = text("th", `${item.number}. ${item.heading}`);
  heading.scope = "row";
  const outcome = document.createElement("td");
  if (!waits) {
    const mark = text("span", desktop ? item.verdictText : MARKS[verdict], `tag ${TONES[verdict] ?? ""}`);
    if (!desktop) {
      mark.setAttribute("role", "img");
      mark.setAttribute("aria-label", item.verdictText);
    }
    outcome.append(mark);
  }
  const content = document.createElement("td");
  const remarks = desktop ? document.createElement("td") : content;
  if (!waits) {
    fillIn(item, content, remarks);
  }
  row.append(heading, outcome, content);
  if (desktop) {
    row.append(remarks);
  }
  return row;
}

function fillIn(item, content, remarks) {
  for (const fact of item.facts.filter((one) => one.name !== "TRIES_LEFT")) {
    const one = text("p", `${fact.label}: `);
    one.append(text("span", value(fact), fact.name === "ATR" ? "serial" : ""));
    content.append(one);
  }
  for (const { code, cause, remedy } of item.problems) {
    const said = document.createElement("div");
    said.className = "checks__problem";
    said.dataset.code = code;
    said.append(text("p", cause, "checks__cause"), text("p", remedy), text("p", `${texts.code} ${code}`, "alert__code"));
    remarks.append(said);
  }
  if (item.why !== null) {
    content.append(text("p", item.why, "hint"));
  }
  if (item.verdict !== "NOT_DONE") {
    for (const note of item.notes) {
      remarks.append(text("p", note, "hint"));
    }
  }
}

/** Times are shown as this computer has them. */
function value(fact) {
  return fact.value.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, (instant) =>
    new Date(instant).toLocaleString(language === "zh-TW" ? "zh-TW" : "en-GB", {
      dateStyle: "medium",
      timeStyle: "short",
      hour12: false,
    }),
  );
}

/** @param {boolean} whole whether what takes the PIN was examined as well */
export function result(passed, whole) {
  byId("result").className = `alert ${passed ? "alert--success" : "alert--error"}`;
  byId("result-text").textContent = passed ? texts.allGood : texts.bad;
  byId("result-more").textContent = passed
    ? whole
      ? texts.allGoodMore
      : texts.partlyMore
    : fill(texts.badMore, { column: desktop ? texts.remarks : texts.content, again: desktop ? texts.againCheck : texts.again });
  show("result", true);
  byId("result").focus();
}

/** @param {string[]} origins where the status of a certificate can be looked up */
export function statusQuery(origins) {
  byId("status-query").replaceChildren(
    ...origins.flatMap((origin) => {
      const link = text("a", origin);
      link.href = `${origin}/?lang=${language}`;
      link.target = "_blank";
      link.rel = "noopener";
      return [text("span", texts.statusQuery), link];
    }),
  );
}
