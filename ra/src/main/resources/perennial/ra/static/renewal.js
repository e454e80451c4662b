// SPDX-License-Identifier: Apache-2.0
// The page 憑證線上展期: find the card, show what the authority says about its certificates, start the renewal, follow
// it. The card is spoken to by the agent's window; whether a renewal stands is what this page's own server says, so
// that closing a tab or a window loses nothing.

import { Perennial, PerennialError } from "./perennial.js";
import { Refusal } from "./refusal.js";
import { begin, check, current } from "./registration-authority.js";
import * as view from "./view.js";

const { byId, show, status } = view;
/** Between two questions about the renewal, in milliseconds; longer while nothing changes. */
const FASTEST = 700;
const SLOWEST = 3000;
/** After so many questions without news and without a window the holder is told that it is closed. */
const PATIENT_QUESTIONS = 4;
/** What is kept while the language changes. */
const PLACE = "perennial.place";

let readers = [];
/** The card that was read last, in the form that the server asks for, and whether agent or server has more to do on it. */
let card = null;
let cardUnfinished = false;
/** What the server said last about this visit's renewal. */
let visit = { visit: false };
/** What the window said last about the running renewal. */
let told = null;
/** "choosing" a card, a renewal "running", or "ended". */
let phase = "choosing";
let following = false;
let standsStill = false;

/** The registration authority is on the component's list: a window that stays silent is none of the component's. */
const agent = new Perennial({ component: view.agentOrigin, language: view.language, patience: 4000 });

agent.on("readers", (now) => {
  readers = now;
  showReaders();
});
agent.on("progress", (progress) => {
  told = progress;
  standsStill = false;
  if (phase === "running") {
    showRunning();
    finishWithoutServer();
  }
});
agent.on("problem", stopped);

/** The window may be closed while the component goes on: how the renewal stands, the server says then. */
function stoppedUnlessClosed(refusal) {
  if (refusal.code !== "A07") {
    stopped(refusal);
  }
}

// --- choosing a card --------------------------------------------------------------------------------------------

async function detect() {
  forgetCard();
  const opened = agent.open();
  status("opening", true);
  await opened;
  status("detecting", true);
  await agent.readers();
  view.focusOn(byId("inspect").disabled ? "detect" : "inspect");
}

function showReaders() {
  view.cards(readers);
  byId("inspect").disabled = byId("card").value === "";
  if (phase !== "choosing") {
    return;
  }
  if (card !== null && !readers.some((reader) => reader.cardNumber === card.cardNumber)) {
    forgetCard();
  }
  if (readers.some((reader) => reader.cardNumber)) {
    view.noProblem("A04", "C01", "C02", "C03");
    status(card === null ? "found" : "checked");
  } else {
    status("");
    view.problem(readers.find((reader) => reader.problem)?.problem ?? (readers.length === 0 ? "C01" : "C02"));
  }
}

function forgetCard() {
  card = null;
  cardUnfinished = false;
  show("result", false);
  show("unfinished", false);
}

async function inspect() {
  const reader = byId("card").value;
  forgetCard();
  const opened = agent.open();
  status("reading", true);
  await opened;
  const answer = await agent.card(reader);
  card = presented(answer);
  cardUnfinished = answer.unfinished === true;
  show("unfinished", cardUnfinished);
  await showChecked();
  view.focusOn("result-heading");
}

/** What the server is told about a card. */
function presented({ cardNumber, certificates }) {
  return { cardNumber, certificates: certificates.map(({ slot, der }) => ({ slot, der })) };
}

async function showChecked() {
  const answer = await check(card);
  cardUnfinished ||= answer.unfinished;
  view.checkedCertificates(answer);
  show("go", answer.renewable && !cardUnfinished);
  show("unfinished", cardUnfinished);
  show("after", false);
  show("result", true);
  status("checked");
}

// --- renewing ---------------------------------------------------------------------------------------------------

async function next() {
  const reader = byId("card").value;
  const opened = agent.open();
  status("starting", true);
  await opened;
  const { ticket } = await begin(card);
  agent.renew(reader, ticket).catch(stoppedUnlessClosed);
  run();
}

/**
 * Finishes what an earlier visit, a pulled card or another computer left. Where this agent has not begun it, the server
 * knows how far it came, and its ticket tells the agent.
 */
async function continueUnfinished() {
  const cardNumber = visit.visit && !visit.finished ? visit.cardNumber : card.cardNumber;
  const opened = agent.open();
  status("detecting", true);
  await opened;
  await agent.readers();
  const reader = readers.find((candidate) => candidate.cardNumber === cardNumber);
  if (reader === undefined) {
    throw new Refusal(readers.length === 0 ? "C01" : readers.some((other) => other.cardNumber) ? "C11" : "C02");
  }
  const answer = await agent.card(reader.name);
  if (answer.unfinished === true) {
    agent.finish(reader.name).catch(stoppedUnlessClosed);
  } else {
    card = presented(answer);
    const { ticket } = await begin(card);
    agent.renew(reader.name, ticket).catch(stoppedUnlessClosed);
  }
  run();
}

function run() {
  phase = "running";
  told = null;
  standsStill = false;
  show("unfinished", false);
  showRunning();
  follow();
}

/** Asks the server again and again how the renewal stands, until it is finished. */
async function follow() {
  if (following) {
    return;
  }
  following = true;
  let pause = FASTEST;
  let before = "";
  let withoutNews = 0;
  while (phase !== "ended") {
    await new Promise((resolve) => setTimeout(resolve, pause));
    visit = await currentOr(visit);
    const now = JSON.stringify([visit, told]);
    withoutNews = now === before ? withoutNews + 1 : 0;
    pause = now === before ? Math.min(pause * 1.25, SLOWEST) : FASTEST;
    before = now;
    if (phase === "choosing" && (begunAtServer() || visit.finished) && withoutNews === 0) {
      phase = "running"; // a window that this page has lost goes on, or is done already: it may take less than a pause
    }
    if (phase === "running") {
      showTruth(withoutNews);
    }
  }
  following = false;
}

function showTruth(withoutNews) {
  if (visit.visit && visit.finished) {
    finished();
    return;
  }
  if (!agent.isOpen && withoutNews >= PATIENT_QUESTIONS && !standsStill) {
    stopped({ code: "A07" });
  } else {
    showRunning();
  }
}

/** A server that does not answer for a while changes nothing about the renewal. */
async function currentOr(before) {
  try {
    return await current();
  } catch (refusal) {
    if (refusal instanceof Refusal) {
      return before;
    }
    throw refusal;
  }
}

const begunAtServer = () =>
  visit.visit && !visit.finished && visit.certificates.some((one) => one.step !== "START" || one.state !== "REQUESTED");
const begunAtAgent = () => told?.certificates?.some((one) => one.state !== "WAITING") ?? false;

/** The server's step, made finer by what the window tells about the same time; only the server says "done". */
function stepNow() {
  if (told?.step !== undefined && agent.isOpen) {
    return told.step === "DONE" ? "WRITE" : told.step;
  }
  if (!begunAtServer()) {
    return "START";
  }
  const least = visit.certificates.map((certificate) => certificate.step).reduce(view.earlier);
  return least === "START" ? "REQUEST" : least === "DONE" ? "WRITE" : least;
}

function showRunning() {
  show("choose", false);
  show("result", false);
  show("success", false);
  show("progress", true);
  view.step(stepNow());
  const live = told !== null && agent.isOpen;
  const inUse = !standsStill && (live ? told.cardInUse : begunAtServer());
  show("card-in-use", inUse);
  show("unfinished", standsStill);
  view.progressLines(visit, standsStill);
  status(standsStill ? "" : begunAtServer() || inUse ? "finishing" : "pin", true);
}

/** The renewal stands still; what was done is kept, and the holder is told how to go on. */
function stopped(problem) {
  if (phase === "running" && (begunAtServer() || begunAtAgent())) {
    standsStill = true;
    showRunning();
  } else if (phase === "running") {
    phase = "choosing";
    view.step("START");
    show("progress", false);
    show("card-in-use", false);
    show("choose", true);
    show("result", card !== null);
    status("");
  }
  view.problem(problem);
}

function finished() {
  phase = "ended";
  show("card-in-use", false);
  show("unfinished", false);
  show("progress", false);
  show("choose", false);
  status("");
  const refused = visit.certificates.find((certificate) => certificate.state === "REFUSED");
  view.renewedCertificates(visit.certificates.filter((certificate) => certificate.state === "CONFIRMED"));
  show("go", false);
  show("after", true);
  show("result", true);
  if (refused === undefined) {
    view.noProblem();
    view.step("DONE");
    show("success", true);
    view.focusOn("success");
  } else {
    view.problem(refused.problem ?? "N03");
  }
}

/** A renewal that another visit began is not this visit's: its end is what the card and the authority say then. */
function finishWithoutServer() {
  if (!told.finished || told.problem || visit.visit) {
    return;
  }
  onProblemTell(async () => {
    const { name } = readers.find((reader) => reader.cardNumber === card.cardNumber) ?? { name: byId("card").value };
    phase = "ended";
    show("card-in-use", false);
    show("progress", false);
    const answer = await agent.card(name);
    card = presented(answer);
    cardUnfinished = false;
    await showChecked();
    show("after", true);
    view.step("DONE");
    status("");
    show("success", true);
    view.focusOn("success");
  });
}

function again() {
  phase = "choosing";
  told = null;
  visit = { visit: false };
  forgetCard();
  show("success", false);
  show("choose", true);
  view.step("START");
  status("");
  view.focusOn("detect");
}

// --- the page itself --------------------------------------------------------------------------------------------

/** Runs a piece of work; whatever is refused on the way is shown. */
async function onProblemTell(work) {
  try {
    await work();
  } catch (refusal) {
    status("");
    if (refusal instanceof PerennialError) {
      view.problem(refusal);
      return;
    }
    view.problem(refusal instanceof Refusal ? refusal.problem : "S99");
    if (!(refusal instanceof Refusal)) {
      throw refusal;
    }
  }
}

function onClick(id, work) {
  byId(id).addEventListener("click", () =>
    onProblemTell(async () => {
      view.noProblem();
      await work();
    }),
  );
}

/** Shows the truth about this visit's renewal, or goes back to where the other language was chosen. */
async function arrive() {
  const place = JSON.parse(sessionStorage.getItem(PLACE));
  sessionStorage.removeItem(PLACE);
  visit = await current();
  if (visit.visit && visit.finished && place === null) {
    finished();
    return;
  }
  if (begunAtServer()) {
    phase = "running";
    showRunning();
  } else if (place !== null) {
    ({ readers, card, cardUnfinished } = place);
    view.cards(readers);
    byId("card").value = place.reader;
    view.chosenCard();
    byId("inspect").disabled = place.reader === "";
    if (card !== null) {
      await showChecked();
    }
  }
  if (visit.visit && !visit.finished) {
    await follow();
  }
}

function keepPlace() {
  if (readers.length > 0 && phase !== "ended") {
    const reader = byId("card").value;
    sessionStorage.setItem(PLACE, JSON.stringify({ readers, reader, card, cardUnfinished }));
  }
}

onClick("detect", detect);
onClick("inspect", inspect);
onClick("next", next);
onClick("continue", continueUnfinished);
onClick("again", async () => again());
byId("language").addEventListener("click", keepPlace);
byId("card").addEventListener("change", () => {
  view.chosenCard();
  byId("inspect").disabled = byId("card").value === "";
  forgetCard();
});
view.step("START");
onProblemTell(arrive);
