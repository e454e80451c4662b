// SPDX-License-Identifier: Apache-2.0
// The card tools: see a card, change its PIN, unlock it. What is typed is sealed before it leaves this page; whether a
// try may be used is decided by the agent, and only said here before.

import * as agent from "./agent.js";
import { fill } from "./texts.js";
import { texts } from "./tools-texts.js";
import * as view from "./tools-view.js";

const { byId } = view;
/** A PIN or PUK as the card takes it: 6 to 8 printable ASCII characters, one octet each. */
const SHAPE = /^[\x21-\x7e]{6,8}$/;
const LOOK_AGAIN = 2000;
const TABS = ["view", "pin", "unlock"];

/** The card that is shown; null without one. */
let sheet = null;
/** While a form works, a change of the readers must not take it away. */
let working = false;

const tab = () => (TABS.includes(location.hash.slice(1)) ? location.hash.slice(1) : "view");

async function look() {
  const readers = await agent.readers();
  const chosen = view.readers(readers);
  if (chosen === null) {
    sheet = null;
    const unreadable = readers.find((reader) => reader.problem);
    view.noCard(unreadable?.problem ?? null);
    return;
  }
  view.status(sheet === null ? texts.reading : "");
  sheet = await agent.toolCard(chosen);
  view.status("");
  view.card(sheet, tab());
}

async function watch() {
  for (;;) {
    try {
      if ((await agent.wait()).changed && !working) {
        await look();
      }
    } catch (refusal) {
      view.problem(ofAgent(refusal));
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN));
    }
  }
}

function ofAgent(refusal) {
  if (!(refusal instanceof agent.Refusal)) {
    throw refusal;
  }
  view.status("");
  return refusal.problem;
}

async function showingProblems(work) {
  try {
    await work();
  } catch (refusal) {
    view.problem(ofAgent(refusal));
  }
}

/** Takes the fields' characters out as octets; what they held is gone then. */
function taken(form) {
  return ["current", "next"].map((name) => {
    const field = byId(`${form}-${name}`);
    const octets = Uint8Array.from(field.value, (character) => character.charCodeAt(0));
    field.value = "";
    return octets;
  });
}

/** The fields that are wrong, each with what is wrong; the first is where the person goes. */
function wrongFields(form) {
  const value = (name) => byId(`${form}-${name}`).value;
  const wrong = {};
  for (const name of ["current", "next"]) {
    if (!SHAPE.test(value(name))) {
      wrong[name] = texts.shape;
    }
  }
  if (wrong.next === undefined && value("next") !== value("again")) {
    wrong.again = texts.differ;
  }
  if (!byId(`${form}-risk`).hidden && !byId(`${form}-consent`).checked) {
    wrong.consent = texts.consentMissing;
  }
  return wrong;
}

async function submit(form, question, done) {
  view.quiet();
  if (!view.fieldErrors(form, wrongFields(form))) {
    return;
  }
  working = true;
  view.busy(form, true);
  try {
    const consent = !byId(`${form}-risk`).hidden;
    const secrets = taken(form);
    byId(`${form}-again`).value = "";
    const answer = await agent.present(question, sheet, secrets, consent);
    sheet = await agent.toolCard(sheet.reader);
    view.card(sheet, tab());
    conclude(form, answer, done);
  } finally {
    working = false;
    view.busy(form, false);
  }
}

function conclude(form, answer, done) {
  if (answer.outcome === "VERIFIED") {
    view.success(done, fill(texts.now, { tries: answer.pinTriesLeft }));
    return;
  }
  const tries = form === "pin" ? texts.tries : texts.pukLeft;
  view.problem(answer.problem, fill(tries, { tries: answer.triesLeft }));
}

async function start() {
  view.translate();
  await agent.open();
  await look();
  await watch();
}

byId("reader").addEventListener("change", () => {
  view.quiet();
  showingProblems(look);
});
byId("pin").addEventListener("submit", (event) => {
  event.preventDefault();
  showingProblems(() => submit("pin", "tool-change-pin", texts.changed));
});
byId("unlock").addEventListener("submit", (event) => {
  event.preventDefault();
  showingProblems(() => submit("unlock", "tool-unlock", texts.unlocked));
});
addEventListener("hashchange", () => {
  view.quiet();
  if (sheet !== null) {
    view.tab(tab(), true);
  }
});
showingProblems(start);
