// SPDX-License-Identifier: Apache-2.0
// The agent's window: connected to a page, asking for the PIN, showing how the renewal goes. Without a page it shows
// the cards and finishes what was begun. The agent does the work and goes on when this window is closed.

import * as agent from "./agent.js";
import { opener } from "./opener.js";
import { texts } from "./texts.js";
import * as view from "./view.js";

const { byId } = view;
/** A PIN as the card takes it: 6 to 8 printable ASCII characters, one octet each. */
const PIN_SHAPE = /^[\x21-\x7e]{6,8}$/;
/** A management key in hexadecimal, or an SO PIN. */
const SECOND_SHAPE = /^[\x21-\x7e]{1,64}$/;
/** How soon an agent that is gone is looked for again, in milliseconds. */
const LOOK_AGAIN = 2000;
/** Refusals of a PIN before the card sees it: its form, and a last try without consent. */
const COST_NO_TRY = ["C07", "C08"];
/** The PIN was right and the second secret was not: both are asked for again. */
const SECOND_WRONG = "C17";

/** Then the card is left alone until a site that the agent serves has spoken. */
const OPENED_BY_ANOTHER_SITE = document.documentElement.hasAttribute("data-foreign");

let page = { say: () => {}, exists: false };
let readers = [];
/** What was asked for last: {origin, reader, ticket}. */
let wanted = null;
/** The agent's answer to it: {run, cardNumber, triesLeft, certificates, resumes}. */
let renewal = null;
/** A renewal that runs is not replaced by another wish of the page. */
let running = false;

// --- readers and cards ------------------------------------------------------------------------------------------

async function lookForReaders() {
  readers = await agent.readers();
  const unfinished = await agent.unfinished();
  view.readers(readers);
  view.unfinished(unfinished, readers, (entry, reader) =>
    showingProblems(() => begin({ origin: entry.registrationAuthority, reader, ticket: null })),
  );
  page.say({ type: "readers", readers });
}

/** Asks the agent to tell when a reader or a card comes or goes; an agent that is gone may come back. */
async function watchReaders() {
  let gone = false;
  for (;;) {
    try {
      if (gone || (await agent.wait()).changed) {
        await lookForReaders();
      }
      if (gone && wanted === null) {
        view.idle();
      }
      gone = false;
    } catch (refusal) {
      if (!(refusal instanceof agent.Refusal)) {
        throw refusal;
      }
      if (!gone && !running && refusal.problem.code === "A04") {
        gone = true;
        view.failed(refusal.problem, wanted !== null);
        tellPage("renewal", refusal);
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN));
    }
  }
}

async function read(reader) {
  try {
    page.say({ type: "card", card: await agent.card(reader) });
  } catch (refusal) {
    tellPage("read", refusal);
  }
}

function tellPage(about, refusal) {
  if (!(refusal instanceof agent.Refusal)) {
    throw refusal;
  }
  page.say({ type: "problem", about, problem: refusal.problem });
}

// --- what the page says -----------------------------------------------------------------------------------------

function hear(message, origin) {
  view.connected(origin);
  switch (message.type) {
    case "detect":
      lookForReaders().catch((refusal) => tellPage("detect", refusal));
      break;
    case "read":
      read(String(message.reader));
      break;
    case "renew":
      showingProblems(() => begin({ origin, reader: String(message.reader), ticket: String(message.ticket) }));
      break;
    case "finish":
      showingProblems(() => begin({ origin, reader: String(message.reader), ticket: null }));
      break;
    default: // a newer page may ask for more than this window knows
  }
}

// --- the renewal ------------------------------------------------------------------------------------------------

async function begin(request) {
  if (running) {
    return;
  }
  wanted = request;
  renewal = null;
  view.screen("preparing");
  renewal = await agent.renewal(request.origin, request.reader, request.ticket);
  if (renewal.triesLeft === 0) {
    blocked();
  } else {
    view.askPin(request.origin, renewal);
  }
}

function blocked() {
  const problem = { code: "C06", ...texts.C06 };
  view.blocked(problem);
  page.say({ type: "problem", about: "renewal", problem });
}

/** Takes a field's characters out as octets; what the field held is gone then. Answers null if they are not of the shape. */
function take(id, shape) {
  const field = byId(id);
  const { value } = field;
  field.value = "";
  return shape.test(value) ? Uint8Array.from(value, (character) => character.charCodeAt(0)) : null;
}

/** The PIN, and the second secret where the card takes one; null when one has not its form. */
function takeSecrets() {
  const second = byId("second-box").hidden ? [] : [take("second", SECOND_SHAPE)];
  const secrets = [take("pin", PIN_SHAPE), ...second];
  view.pinError(secrets[0] === null ? texts.shape : "");
  view.secondError(secrets[1] === null ? texts.secondShape : "");
  if (!secrets.includes(null)) {
    return secrets;
  }
  secrets.forEach((secret) => secret?.fill(0));
  byId(secrets[0] === null ? "pin" : "second").focus();
  return null;
}

async function submitPin() {
  const lastTry = renewal.triesLeft === 1;
  if (lastTry && !byId("consent").checked) {
    view.pinError(texts.consentMissing);
    byId("consent").focus();
    return;
  }
  const secrets = takeSecrets();
  if (secrets === null) {
    return;
  }
  view.checkingPin(true);
  let answer;
  try {
    answer = await agent.verify(renewal.run, secrets, lastTry);
  } catch (refusal) {
    if (!(refusal instanceof agent.Refusal)) {
      throw refusal;
    }
    if (refusal.problem.code === SECOND_WRONG) {
      view.secondError(refusal.problem.cause);
      return;
    }
    if (!COST_NO_TRY.includes(refusal.problem.code)) {
      throw refusal;
    }
    view.pinError(refusal.problem.cause);
    return;
  } finally {
    view.checkingPin(false);
  }
  switch (answer.outcome) {
    case "VERIFIED":
      await follow();
      break;
    case "WRONG":
      renewal.triesLeft = answer.triesLeft;
      view.wrongPin(answer.triesLeft);
      break;
    case "BLOCKED":
      blocked();
      break;
    default:
      throw new agent.Refusal({ code: "N02" });
  }
}

/** Shows each step as the agent takes it, and passes it on to the page. */
async function follow() {
  view.screen("progress");
  running = true;
  try {
    let progress = { version: 0, finished: false };
    while (!progress.finished) {
      progress = await agent.progress(renewal.run, progress.version);
      view.progress(progress, renewal.certificates);
      page.say({ type: "progress", progress });
      if (progress.problem) {
        throw new agent.Refusal(progress.problem);
      }
    }
    const refused = progress.certificates.find((certificate) => certificate.state !== "CONFIRMED");
    if (refused !== undefined) {
      throw new agent.Refusal(refused.problem ?? { code: "N03", ...texts.N03 });
    }
    view.done();
  } finally {
    running = false;
  }
}

/** After a failure: the same ticket again if the agent never took it, else whatever the agent has begun. */
function retry() {
  return begin(wanted);
}

// --- the window itself ------------------------------------------------------------------------------------------

async function showingProblems(work) {
  try {
    await work();
  } catch (refusal) {
    if (!(refusal instanceof agent.Refusal)) {
      throw refusal;
    }
    view.failed(refusal.problem, wanted !== null);
    page.say({ type: "problem", about: "renewal", problem: refusal.problem });
  }
}

async function start() {
  view.translate();
  const { version, raOrigins } = await agent.open();
  view.idle();
  await new Promise((resolve) => {
    page = opener(raOrigins, version, (message, origin) => {
      resolve();
      hear(message, origin);
    });
    if (!OPENED_BY_ANOTHER_SITE) {
      resolve();
    }
  });
  await lookForReaders();
  await watchReaders();
}

byId("pin-form").addEventListener("submit", (event) => {
  event.preventDefault();
  showingProblems(submitPin);
});
byId("retry").addEventListener("click", () => showingProblems(retry));
byId("close").addEventListener("click", () => window.close());
showingProblems(start);
