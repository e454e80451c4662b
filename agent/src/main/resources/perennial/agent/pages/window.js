// SPDX-License-Identifier: Apache-2.0
// The agent's window: connected to a page, asking for the PIN, showing how the renewal goes. Without a page it shows
// the cards and finishes what was begun. The agent does the work and goes on when this window is closed.

import * as agent from "./agent.js";
import { opener } from "./opener.js";
import { texts } from "./texts.js";
import * as view from "./view.js";
import * as orders from "./window-order.js";

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
/** The registration authorities' origins. */
let listed = [];
let readers = [];
/** What was asked for last: {origin, reader, ticket}. */
let wanted = null;
/** The agent's answer to it: {run, cardNumber, triesLeft, certificates, resumes}. */
let renewal = null;
/** A renewal that runs is not replaced by another wish of the page. */
let running = false;
/** What the PIN is asked for: {triesLeft, say, present(secrets, lastTry), verified(answer)}. */
let asked = null;
/** What the site asked for and the holder has not answered: {id, about, ...}. It is not replaced by another one. */
let order = null;

// --- readers and cards ------------------------------------------------------------------------------------------

async function lookForReaders(id = undefined) {
  readers = await agent.readers();
  const unfinished = await agent.unfinished();
  view.readers(readers);
  view.unfinished(unfinished, readers, (entry, reader) =>
    showingProblems(() => begin({ origin: entry.registrationAuthority, reader, ticket: null })),
  );
  page.say({ type: "readers", id, readers });
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

async function read(reader, id) {
  try {
    page.say({ type: "card", id, card: await agent.card(reader) });
  } catch (refusal) {
    tellPage("read", refusal, id);
  }
}

async function tellPage(about, refusal, id = undefined) {
  if (!(refusal instanceof agent.Refusal)) {
    throw refusal;
  }
  await sayProblem(about, refusal.problem, id);
}

/** A site may speak another language than this window: it gets the words of all. */
async function sayProblem(about, problem, id = undefined) {
  let words = {};
  try {
    words = await agent.advice(problem.code);
  } catch (refusal) {
    if (!(refusal instanceof agent.Refusal)) {
      throw refusal; // an agent that is gone has no words; the window's own are enough
    }
  }
  page.say({ type: "problem", about, id, problem: { ...problem, words } });
}

// --- what the page says -----------------------------------------------------------------------------------------

async function admit(origin) {
  try {
    if (await agent.siteAllowed(origin)) {
      return true;
    }
    if (await view.askConsent(origin)) {
      await agent.allowSite(origin);
      view.idle();
      return true;
    }
  } catch (refusal) {
    if (!(refusal instanceof agent.Refusal)) {
      throw refusal;
    }
    view.failed(refusal.problem, false, texts.orderFailedTitle);
    return false;
  }
  window.close();
  return false;
}

function hear(message, origin) {
  view.connected(origin);
  switch (message.type) {
    case "sign":
    case "decrypt":
      beginOrder(message, origin);
      break;
    case "detect":
      lookForReaders(message.id).catch((refusal) => tellPage("detect", refusal, message.id));
      break;
    case "read":
      read(String(message.reader), message.id);
      break;
    case "renew":
    case "finish":
      beginRenewal(message, origin);
      break;
    default: // a newer page may ask for more than this window knows
  }
}

/** Sites that the holder allowed may have signed and deciphered; renewals are the registration authorities'. */
function beginRenewal(message, origin) {
  if (!listed.includes(origin)) {
    sayProblem("renewal", { code: "N05" });
    return;
  }
  if (order !== null) {
    sayProblem("renewal", { code: "C09" });
    return;
  }
  const ticket = message.type === "renew" ? String(message.ticket) : null;
  showingProblems(() => begin({ origin, reader: String(message.reader), ticket }));
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
    asked = {
      triesLeft: renewal.triesLeft,
      saying: texts.checkingPin,
      present: (secrets, lastTry) => agent.verify(renewal.run, secrets, lastTry),
      verified: follow,
    };
    view.askPin(request.origin, renewal);
  }
}

function blocked() {
  const problem = { code: "C06", ...texts.C06 };
  const { about, id } = order ?? { about: "renewal" };
  order = null;
  view.blocked(problem);
  sayProblem(about, problem, id);
}

// --- signatures and deciphering ---------------------------------------------------------------------------------

async function beginOrder(message, origin) {
  const about = message.type;
  const id = Number(message.id);
  if (running || order !== null || !byId("pin-form").hidden) {
    sayProblem(about, { code: "C09" }, id);
    return;
  }
  order = { about, id };
  await showingOrderProblems(async () => {
    const wish = await orders.order(message, origin);
    if (wish.triesLeft === 0) {
      blocked();
      return;
    }
    asked = {
      triesLeft: wish.triesLeft,
      saying: wish.signs ? texts.signing : texts.decrypting,
      present: wish.carryOut,
      verified: ({ made }) => {
        order = null;
        page.say(orders.answer(id, wish, made));
        view.orderEnded(wish.signs ? texts.orderSigned : texts.orderDecrypted);
      },
    };
    view.askOrder(wish);
  });
}

function refuseOrder() {
  if (order === null) {
    return;
  }
  const { about, id } = order;
  order = null;
  byId("pin").value = "";
  view.orderEnded(texts.orderRefused);
  sayProblem(about, { code: "A14" }, id);
}

async function showingOrderProblems(work) {
  const { about, id } = order;
  try {
    await work();
  } catch (refusal) {
    order = null;
    await tellPage(about, refusal, id);
    view.failed(refusal.problem, false, texts.orderFailedTitle);
  }
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
  const lastTry = asked.triesLeft === 1;
  if (lastTry && !byId("consent").checked) {
    view.pinError(texts.consentMissing);
    byId("consent").focus();
    return;
  }
  const secrets = takeSecrets();
  if (secrets === null) {
    return;
  }
  view.checkingPin(true, asked.saying);
  let answer;
  try {
    answer = await asked.present(secrets, lastTry);
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
      await asked.verified(answer);
      break;
    case "WRONG":
      asked.triesLeft = answer.triesLeft;
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
    sayProblem("renewal", refusal.problem);
  }
}

async function start() {
  view.translate();
  const { version, raOrigins } = await agent.open();
  listed = raOrigins;
  view.idle();
  await new Promise((resolve) => {
    page = opener(raOrigins, version, admit, (message, origin) => {
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
  (order === null ? showingProblems : showingOrderProblems)(submitPin);
});
byId("refuse").addEventListener("click", refuseOrder);
byId("retry").addEventListener("click", () => showingProblems(retry));
byId("close").addEventListener("click", () => window.close());
showingProblems(start);
