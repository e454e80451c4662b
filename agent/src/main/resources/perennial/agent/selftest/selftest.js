// SPDX-License-Identifier: Apache-2.0
// The self-test and the environment check: first everything that takes no PIN, then, when it was entered, the card.
// The PIN is sealed before it leaves this page.

import { seal } from "/window/seal.js";
import { language } from "/window/texts.js";
import { texts } from "./selftest-texts.js";
import * as view from "./selftest-view.js";

const { byId } = view;
/** A PIN as the card takes it: 6 to 8 printable ASCII characters. */
const SHAPE = /^[\x21-\x7e]{6,8}$/;
const GONE = { code: "A04", cause: texts.lostCause, remedy: texts.lostRemedy };

let token = "";
/** Whether a click opened a window; null while nobody tried. */
let opensWindows = null;

class Refusal extends Error {
  constructor(problem) {
    super(problem.code);
    this.problem = problem;
  }
}

async function post(question, headers, body) {
  let response;
  try {
    response = await fetch(`/selfTest/api/${question}`, {
      method: "POST",
      headers: {
        "X-Perennial-Language": language,
        "X-Perennial-List": view.list,
        ...(token === "" ? {} : { "X-Perennial-Window": token }),
        ...headers,
      },
      body,
      cache: "no-store",
      redirect: "error",
    });
  } catch {
    throw new Refusal(GONE);
  }
  if (response.status === 403 && question !== "open") {
    // The agent was started anew, or has forgotten this page.
    await open();
    throw new Refusal(GONE);
  }
  if (response.headers.get("Content-Type") === "application/zip") {
    return response.blob();
  }
  const answer = await response.json().catch(() => ({ problem: GONE }));
  if (answer.problem && Object.keys(answer).length === 1) {
    throw new Refusal(answer.problem);
  }
  return answer;
}

const ask = (question, body) => post(question, { "Content-Type": "application/json" }, JSON.stringify(body));

async function open() {
  const answer = await ask("open", {});
  token = answer.window;
  view.statusQuery(answer.raOrigins);
}

// --- the browser ------------------------------------------------------------------------------------------------

function browser() {
  const brands = navigator.userAgentData?.brands?.filter(({ brand }) => !/not.?a.?brand/i.test(brand));
  const name = brands?.length
    ? brands.map(({ brand, version }) => `${brand} ${version}`).join(", ")
    : navigator.userAgent;
  return name.slice(0, 200);
}

/** Whether this browser seals a secret as the agent opens it. */
async function capable() {
  try {
    const key = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, false, ["deriveBits"]);
    const point = new Uint8Array(await crypto.subtle.exportKey("raw", key.publicKey));
    await seal(btoa(String.fromCharCode(...point)), [new Uint8Array(6)]);
    return true;
  } catch {
    return false;
  }
}

/** The permission's newer name first. */
async function loopback() {
  for (const name of ["loopback-network", "local-network-access"]) {
    try {
      return (await navigator.permissions.query({ name })).state;
    } catch {
      // This browser does not know it by this name.
    }
  }
  return "unknown";
}

function tryWindow() {
  const opened = window.open("", "perennial-check", "popup,width=120,height=80");
  opensWindows = opened !== null;
  opened?.close();
}

// --- what is examined -------------------------------------------------------------------------------------------

/** @param {string} reader the one with the card that is meant; none for the only one */
async function look(reader) {
  view.status(texts.looking);
  const asked = {
    browser: browser(),
    capable: (await capable()) ? "yes" : "no",
    loopback: await loopback(),
    needs: new URLSearchParams(location.search).get("needs"),
    reader: reader === "" ? null : reader,
  };
  if (opensWindows !== null) {
    asked.windows = opensWindows ? "yes" : "no";
  }
  const found = await ask("look", asked);
  view.report(found, false);
  view.places(found.places);
  return found;
}

async function run(card, pin) {
  view.status(texts.running);
  const headers = {
    "Content-Type": "application/octet-stream",
    "X-Perennial-Reader": encodeURIComponent(card.reader),
    "X-Perennial-Card": card.cardNumber,
  };
  if (byId("consent").checked) {
    headers["X-Perennial-Last-Try"] = "yes";
  }
  let found;
  try {
    const { key } = await ask("key", {});
    found = await post("run", headers, await seal(key, [pin]));
  } finally {
    pin.fill(0);
  }
  view.report(found, true);
  return found;
}

function taken() {
  const octets = Uint8Array.from(byId("pin").value, (character) => character.charCodeAt(0));
  byId("pin").value = "";
  return octets;
}

async function start() {
  view.quiet();
  const desktop = view.list === "check";
  const pin = byId("pin").value;
  if (desktop) {
    tryWindow();
    if (pin === "") {
      view.result((await look(byId("reader").value)).passed, false);
      return;
    }
  }
  const card = view.chosen();
  if (card === null) {
    view.pinError(texts.chooseFirst);
    byId("reader").focus();
  } else if (!SHAPE.test(pin)) {
    view.pinError(texts.shape);
  } else if (!byId("risk").hidden && !byId("consent").checked) {
    view.pinError(texts.consentMissing);
  } else {
    const octets = taken();
    if (desktop) {
      await look(card.reader);
    }
    view.result((await run(card, octets)).passed, true);
  }
}

async function again() {
  view.quiet();
  byId("pin").value = "";
  await look(byId("reader").value);
  byId("title").focus();
}

async function bundle() {
  const file = await post("bundle", { "Content-Type": "application/json" }, "{}");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = "perennial-support.zip";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

async function showingProblems(work) {
  try {
    await work();
  } catch (refusal) {
    if (!(refusal instanceof Refusal)) {
      throw refusal;
    }
    view.problem(refusal.problem);
  } finally {
    view.status("");
  }
}

view.translate();
byId("run").addEventListener("submit", (event) => {
  event.preventDefault();
  showingProblems(start);
});
byId("again").addEventListener("click", () => showingProblems(again));
byId("bundle").addEventListener("click", () => showingProblems(bundle));
byId("reader").addEventListener("change", () =>
  showingProblems(async () => {
    view.quiet();
    await look(byId("reader").value);
    byId("reader").focus();
  }),
);

async function begin() {
  byId("begin-box").hidden = true;
  await look("");
}

byId("begin").addEventListener("click", () => showingProblems(begin));
showingProblems(async () => {
  await open();
  // Then the card is left alone until the person in front of it asks.
  if (document.documentElement.hasAttribute("data-foreign")) {
    byId("unsupported").hidden = true;
    byId("begin-box").hidden = false;
  } else {
    await begin();
  }
});
