// SPDX-License-Identifier: Apache-2.0
// The page where an integrator tries every call: parameters, request and answer side by side, code to copy. What
// changes the card asks first; a PIN is never typed here.

import { CALLS } from "./api-calls.js";
import { curl, javascript, message, pathFor } from "./api-code.js";
import { Perennial, PerennialError, base64 } from "./perennial.js";

const main = document.getElementById("main");
const texts = document.getElementById("texts").dataset;
const language = document.documentElement.lang;
const component = main.dataset.agentOrigin;
const byId = (id) => document.getElementById(id);
const perennial = new Perennial({ component, language, patience: 4000 });
/** How long the dialect's popup may be silent, in milliseconds. */
const PATIENCE = 4000;

let readers = [];
let call = CALLS[0];

// --- choosing a call and its parameters -------------------------------------------------------------------------

function list() {
  const groups = ["library", "dialect", "http"].map((family) => {
    const group = document.createElement("optgroup");
    group.label = texts[family];
    group.append(...CALLS.filter((one) => one.family === family).map((one) => new Option(one.name, one.id)));
    return group;
  });
  byId("call").replaceChildren(...groups);
}

function choose(id) {
  call = CALLS.find((one) => one.id === id) ?? CALLS[0];
  byId("call").value = call.id;
  history.replaceState(null, "", `${location.pathname}${location.search}#${call.id}`);
  byId("about").textContent = call.words[language] ?? call.words.en;
  const tag = byId("effect");
  tag.textContent = texts[call.effect];
  tag.className = `tag ${{ reads: "tag--good", pin: "tag--wait", changes: "tag--bad" }[call.effect]}`;
  byId("parameters").replaceChildren(...Object.entries(call.parameters).map(([name, kind]) => field(name, kind)));
  byId("no-parameters").hidden = Object.keys(call.parameters).length > 0;
  byId("agree-box").hidden = call.effect !== "changes";
  byId("agree").checked = false;
  byId("run").disabled = call.effect === "changes";
  byId("answer").textContent = "";
  outcome("");
  show();
}

function field(name, { kind, value, values }) {
  const box = document.createElement("div");
  box.className = "field";
  const label = document.createElement("label");
  label.htmlFor = `parameter-${name}`;
  const code = document.createElement("code");
  code.textContent = name;
  label.append(code);
  box.append(label, control(name, kind, value, values));
  return box;
}

function control(name, kind, value, values) {
  let input;
  if (kind === "choice") {
    input = document.createElement("select");
    input.append(...values.map((one) => new Option(one, one)));
  } else if (kind === "reader") {
    input = document.createElement("select");
    input.dataset.readers = "yes";
    fillReaders(input);
  } else {
    input = document.createElement("textarea");
    input.rows = kind === "long" ? 4 : 1;
    input.spellcheck = false;
  }
  input.id = `parameter-${name}`;
  input.name = name;
  if (kind !== "reader") {
    input.value = value;
  }
  input.addEventListener("input", show);
  return input;
}

function fillReaders(select) {
  const before = select.value;
  const names = readers.map((one) => one.name);
  select.replaceChildren(new Option(texts.firstCard, ""), ...names.map((name) => new Option(name, name)));
  const usable = readers.find((one) => one.cardNumber)?.name ?? "";
  const needed = call.name === "card()" || call.effect === "changes";
  select.value = names.includes(before) ? before : needed ? usable : "";
}

function given() {
  const values = {};
  for (const input of byId("parameters").querySelectorAll("[name]")) {
    values[input.name] = input.value;
  }
  return values;
}

/** Request and code as the parameters make them. */
function show() {
  const values = given();
  byId("request").textContent = requestText(values);
  const http = curl(call, values, component);
  byId("code-curl").disabled = http === null;
  if (http === null && byId("code-curl").checked) {
    byId("code-js").checked = true;
  }
  byId("code").textContent = byId("code-curl").checked ? http : javascript(call, values, component);
  byId("copied").textContent = "";
}

function requestText(values) {
  if (call.family === "http") {
    return `GET ${component}${pathFor(call)}`;
  }
  return call.family === "dialect"
    ? `${component}${call.popup}\n${JSON.stringify(message(call, values), null, 2)}`
    : `perennial.${call.name}\n${JSON.stringify(values, null, 2)}`;
}

// --- calling ----------------------------------------------------------------------------------------------------

async function run() {
  const values = given();
  byId("answer").textContent = "";
  byId("run").disabled = true;
  outcome("waiting");
  try {
    const answer = await carryOut(values);
    byId("answer").textContent = typeof answer === "string" ? answer : JSON.stringify(answer, readable, 2);
    const code = answer?.ret_code;
    outcome(code === undefined || code === 0 ? "done" : "refused");
  } catch (error) {
    const told = error instanceof PerennialError
      ? { code: error.code, cause: error.cause, remedy: error.remedy, words: error.words }
      : { error: String(error) };
    byId("answer").textContent = JSON.stringify(told, null, 2);
    outcome("refused", told.cause === undefined ? told.error : `${told.code} ${told.cause} ${told.remedy}`);
  } finally {
    byId("agree").checked = false;
    byId("run").disabled = call.effect === "changes";
  }
}

/** Windows are opened in the click, before anything is awaited. */
function carryOut(values) {
  if (call.family === "http") {
    window.open(component + pathFor(call), "perennial-http", "popup,width=560,height=480");
    return Promise.resolve(texts.inWindow);
  }
  if (call.family === "dialect") {
    return byPopup(message(call, values));
  }
  if (call.name === "close()") {
    return call.carryOut(perennial, values);
  }
  return perennial.open().then(() => call.carryOut(perennial, values));
}

function byPopup(request) {
  return new Promise((resolve, reject) => {
    const popup = window.open(component + call.popup, "perennial-popup", "popup,width=560,height=700");
    if (popup === null) {
      reject(new PerennialError({ code: "A05" }, language));
      return;
    }
    const end = (then) => (value) => {
      removeEventListener("message", hear);
      clearTimeout(silent);
      clearInterval(closed);
      then(value);
    };
    const silent = setTimeout(() => end(reject)(new PerennialError({ code: "A04" }, language)), PATIENCE);
    const closed = setInterval(() => {
      if (popup.closed) {
        // What it said last may still be on its way.
        clearInterval(closed);
        setTimeout(() => end(reject)(new PerennialError({ code: "A07" }, language)), 500);
      }
    }, 300);
    const hear = (event) => {
      if (event.origin !== component || event.source !== popup) {
        return;
      }
      clearTimeout(silent);
      const answer = JSON.parse(event.data);
      if (answer.func === "getTbs" || answer.func === "CMCAtn") {
        popup.postMessage(JSON.stringify(request), component);
      } else {
        end(resolve)(answer);
      }
    };
    addEventListener("message", hear);
  });
}

const readable = (_, value) => (value instanceof Uint8Array ? base64(value) : value);

function outcome(name, more = "") {
  const line = byId("outcome");
  line.dataset.busy = String(name === "waiting");
  line.textContent = name === "" ? "" : more === "" ? texts[name] : `${texts[name]} ${more}`;
}

// --- events -----------------------------------------------------------------------------------------------------

function event(kind, value) {
  const line = document.createElement("li");
  const name = document.createElement("code");
  name.textContent = kind;
  const what = document.createElement("span");
  what.textContent = value;
  line.append(name, what);
  byId("events").prepend(line);
  byId("events").children[20]?.remove();
  byId("no-events").hidden = true;
}

perennial.on("readers", (now) => {
  readers = now;
  document.querySelectorAll("[data-readers]").forEach(fillReaders);
  show();
  event("readers", now.map((one) => `${one.name}: ${one.cardNumber ?? "–"}`).join("; ") || "–");
});
perennial.on("progress", (progress) => event("progress", `${progress.step}${progress.finished ? " ✓" : ""}`));
perennial.on("problem", (error) => event("problem", `${error.code} ${error.cause}`));
perennial.on("quiet", (error) => event("quiet", error.code));

byId("call").addEventListener("change", () => choose(byId("call").value));
byId("run").addEventListener("click", run);
byId("agree").addEventListener("change", () => {
  byId("run").disabled = !byId("agree").checked;
});
for (const id of ["code-js", "code-curl"]) {
  byId(id).addEventListener("change", show);
}
byId("copy").addEventListener("click", async () => {
  await navigator.clipboard.writeText(byId("code").textContent);
  byId("copied").textContent = texts.copied;
});
list();
choose(location.hash.slice(1));
