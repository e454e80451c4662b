// SPDX-License-Identifier: Apache-2.0
// What the renewal page shows. Nothing here decides anything; texts come from the page, which the server wrote in the
// holder's language, and every value is set as text, never as markup.

const STEPS = ["START", "REQUEST", "SEND", "WRITE", "DONE"];
const main = document.getElementById("main");
const texts = document.getElementById("texts").dataset;
const advice = JSON.parse(main.dataset.advice ?? "{}");

export const language = document.documentElement.lang;
export const agentOrigin = main.dataset.agentOrigin;

export const byId = (id) => document.getElementById(id);

export function show(id, visible) {
  byId(id).hidden = !visible;
}

/** The names between braces in the text, replaced. */
function fill(text, values) {
  return Object.entries(values).reduce((filled, [name, value]) => filled.replace(`{${name}}`, value), text);
}

/** Says in one polite line what is going on. */
export function status(name, busy = false) {
  const line = byId("status");
  line.dataset.busy = String(busy);
  const text = name === "" ? "" : texts[name];
  if (line.textContent !== text) {
    line.textContent = text;
  }
}

// --- steps ------------------------------------------------------------------------------------------------------

const stepName = { START: texts.start, REQUEST: texts.request, SEND: texts.send, WRITE: texts.write, DONE: texts.finished };

export function step(now) {
  const at = Math.max(0, STEPS.indexOf(now));
  for (const item of document.querySelectorAll("#steps li")) {
    const place = STEPS.indexOf(item.dataset.step);
    const complete = place < at;
    item.classList.toggle("is-complete", complete);
    if (place === at) {
      item.setAttribute("aria-current", "step");
    } else {
      item.removeAttribute("aria-current");
    }
    let mark = item.querySelector(".screen-reader");
    if (complete && mark === null) {
      mark = document.createElement("span");
      mark.className = "screen-reader";
      mark.textContent = texts.stepComplete;
      item.append(mark);
    } else if (!complete) {
      mark?.remove();
    }
  }
  byId("steps-count").textContent = fill(texts.stepCount, { step: at + 1, steps: STEPS.length });
  byId("steps-now").textContent = stepName[STEPS[at]];
}

/** The earlier one of two steps. */
export function earlier(one, other) {
  return STEPS.indexOf(one) <= STEPS.indexOf(other) ? one : other;
}

// --- problems ---------------------------------------------------------------------------------------------------

/** A problem may come as its code alone; the page knows the words for every code. */
export function problem(given) {
  const { code, cause, remedy } = typeof given === "string" ? { code: given } : given;
  const known = advice[code] ?? advice.S99 ?? {};
  const box = byId("problem");
  box.dataset.code = code;
  byId("problem-cause").textContent = cause ?? known.cause ?? code;
  byId("problem-remedy").textContent = remedy ?? known.remedy ?? "";
  byId("problem-code").textContent = code;
  show("install", code === "A04");
  box.hidden = false;
  box.scrollIntoView({ block: "nearest" });
}

/** Takes the problem away; if codes are named, only when it is one of them. */
export function noProblem(...codes) {
  const box = byId("problem");
  if (codes.length === 0 || codes.includes(box.dataset.code)) {
    box.hidden = true;
    delete box.dataset.code;
  }
}

/** Brings the keyboard and the eye to an element. */
export function focusOn(id) {
  byId(id).focus({ preventScroll: true });
  byId(id).scrollIntoView({ block: "center" });
}

// --- cards ------------------------------------------------------------------------------------------------------

/** Fills the list of cards and keeps the choice if that card is still there. */
export function cards(readers) {
  const list = byId("card");
  const chosen = list.value;
  const options = readers.map((reader) => {
    const usable = reader.cardNumber !== null && reader.cardNumber !== undefined;
    const text = usable
      ? fill(texts.cardNumber, { reader: reader.name, number: reader.cardNumber })
      : fill(texts.noCard, { reader: reader.name });
    const option = new Option(text, usable ? reader.name : "");
    option.disabled = !usable;
    return option;
  });
  list.replaceChildren(new Option(texts.none, ""), ...options);
  const usable = options.filter((option) => !option.disabled);
  list.disabled = usable.length === 0;
  const kept = usable.find((option) => option.value === chosen) ?? (usable.length === 1 ? usable[0] : undefined);
  list.value = kept?.value ?? "";
  chosenCard();
}

/** A narrow list cuts the card's number off; it is repeated below in full. */
export function chosenCard() {
  const list = byId("card");
  byId("card-chosen").textContent = list.value === "" ? "" : list.selectedOptions[0].textContent;
}

// --- certificates -----------------------------------------------------------------------------------------------

const locale = language.startsWith("zh") ? "zh-TW" : "en-GB";
const english = { date: { day: "numeric", month: "long", year: "numeric" }, time: { timeStyle: "medium" } };
const twoDigits = (number) => String(number).padStart(2, "0");

/** A date in the manner of the source, 2026年05月09日, or in English words. */
export function date(instant) {
  const day = new Date(instant);
  return language.startsWith("zh")
    ? `${day.getFullYear()}年${twoDigits(day.getMonth() + 1)}月${twoDigits(day.getDate())}日`
    : day.toLocaleDateString(locale, english.date);
}

function dateAndTime(instant) {
  const day = new Date(instant);
  return language.startsWith("zh")
    ? `${date(instant)}${twoDigits(day.getHours())}時${twoDigits(day.getMinutes())}分${twoDigits(day.getSeconds())}秒`
    : `${date(instant)}, ${day.toLocaleTimeString(locale, english.time)}`;
}

function useName(use) {
  return use === "ENCRYPTION" ? texts.encryption : texts.signature;
}

/** Both certificates as the authority sees them before the renewal. */
export function checkedCertificates(answer) {
  const articles = answer.certificates.map((certificate) => {
    const article = certificateArticle(certificate, texts.checkedAt, answer.checkedAt);
    const tag = article.querySelector("[data-field=tag]");
    tag.textContent = certificate.unfinished
      ? texts.toFinish
      : certificate.renewable ? texts.renewable : texts.notRenewable;
    tag.classList.add(certificate.renewable ? "tag--good" : tagOf(certificate.state));
    if (!certificate.renewable && certificate.reason) {
      whyNot(article, certificate);
    }
    return article;
  });
  byId("certificates").replaceChildren(...articles);
}

/** Both certificates after the renewal. */
export function renewedCertificates(certificates) {
  const articles = certificates.map((certificate) => {
    const renewed = { ...certificate, serial: certificate.newSerial };
    const article = certificateArticle(renewed, texts.finishedAt, certificate.finishedAt);
    const tag = article.querySelector("[data-field=tag]");
    tag.textContent = texts.renewed;
    tag.classList.add("tag--good");
    return article;
  });
  byId("certificates").replaceChildren(...articles);
}

function certificateArticle(certificate, timeName, time) {
  const article = byId("certificate").content.firstElementChild.cloneNode(true);
  article.dataset.use = certificate.use;
  const put = (field, text) => {
    article.querySelector(`[data-field="${field}"]`).textContent = text ?? "";
  };
  put("use", useName(certificate.use));
  put("subject", certificate.subject);
  put("issuer", certificate.issuerName ?? certificate.issuer);
  put("serial", certificate.serial);
  put("validity", `${date(certificate.notBefore)} ~ ${date(certificate.notAfter)}`);
  put("time-name", timeName);
  put("time", time ? dateAndTime(time) : "");
  put("state", certificate.stateText);
  put("times", fill(texts.times, { times: certificate.timesRenewed }));
  return article;
}

function whyNot(article, certificate) {
  const put = (field, text) => {
    article.querySelector(`[data-field="${field}"]`).textContent = text ?? "";
  };
  put("cause", certificate.reason.cause);
  put("remedy", certificate.reason.remedy);
  put("code", certificate.reason.code);
  put("from", certificate.renewableFrom ? fill(texts.from, { date: date(certificate.renewableFrom) }) : "");
  const box = article.querySelector("[data-field=reason]");
  box.dataset.code = certificate.reason.code;
  box.hidden = false;
}

function tagOf(state) {
  return /REVOKED|EXPIRED|SUSPENDED|UNKNOWN|FOREIGN/.test(state ?? "") ? "tag--bad" : "tag--wait";
}

/** One line for each certificate while the renewal runs or stands still. */
export function progressLines(visit, standsStill) {
  byId("progress-heading").textContent = standsStill ? texts.standing : texts.running;
  show("progress-hint", !standsStill);
  const lines = (visit.certificates ?? []).map((certificate) => {
    const line = document.createElement("li");
    const name = document.createElement("span");
    name.textContent = useName(certificate.use);
    const tag = document.createElement("span");
    const refused = certificate.state === "REFUSED";
    tag.className = `tag ${refused ? "tag--bad" : certificate.step === "DONE" ? "tag--good" : "tag--wait"}`;
    tag.textContent = refused ? texts.refused : stepName[certificate.step] ?? certificate.step;
    line.append(name, tag);
    return line;
  });
  byId("progress-list").replaceChildren(...lines);
}
