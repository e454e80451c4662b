// SPDX-License-Identifier: Apache-2.0
// The card tools: see a card, change its PIN, unlock it, sign, verify and decrypt files. What is typed is sealed before
// it leaves this page; whether a try may be used is decided by the agent, and only said here before.

import * as agent from "./agent.js";
import * as files from "./files.js";
import { fill } from "./texts.js";
import { texts } from "./tools-texts.js";
import * as view from "./tools-view.js";

const { byId } = view;
/** A PIN or PUK as the card takes it: 6 to 8 printable ASCII characters, one octet each. */
const SHAPE = /^[\x21-\x7e]{6,8}$/;
const USER_CODE = /^[A-Za-z0-9]{1,32}$/;
const LOOK_AGAIN = 2000;
/** What each form of the signature adds to the file's name. */
const ENDINGS = { detached: ".p7s", attached: ".p7m", pkcs1: ".sig" };

/** The card that is shown; null without one. */
let sheet = null;
/** Why the card in the reader cannot be shown; null when there is none. */
let unreadable = null;
/** While a form works, a change of the readers must not take it away. */
let working = false;
/** What may be saved at the moment. */
let saved = null;

const tab = () => (view.TABS.includes(location.hash.slice(1)) ? location.hash.slice(1) : "view");

async function look() {
  const readers = await agent.readers();
  const chosen = view.readers(readers);
  if (chosen === null) {
    sheet = null;
    unreadable = readers.find((reader) => reader.problem)?.problem ?? null;
    view.noCard(unreadable, tab());
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

// --- what is typed and chosen -----------------------------------------------------------------------------------

/** Takes a field's characters out as octets; what it held is gone then. */
function taken(form, name) {
  const field = byId(`${form}-${name}`);
  const octets = Uint8Array.from(field.value, (character) => character.charCodeAt(0));
  field.value = "";
  return octets;
}

/** What is wrong with a secret of this name; undefined when nothing is. */
function wrongSecret(form, name) {
  const { value } = byId(`${form}-${name}`);
  switch (name) {
    case "again":
      return value === byId(`${form}-next`).value ? undefined : texts.differ;
    case "code":
      return USER_CODE.test(value) ? undefined : texts.codeShape;
    default:
      return SHAPE.test(value) ? undefined : texts.shape;
  }
}

function wrongFile(form, name, needed) {
  const file = chosen(form, name);
  if (file === null) {
    return needed ? texts.fileMissing : undefined;
  }
  return file.size > files.MAX ? texts.fileTooLarge : undefined;
}

const chosen = (form, name) => byId(`${form}-${name}`).files[0] ?? null;

/** The fields that are wrong, each with what is wrong. */
function wrongFields(form, secrets, others = {}) {
  const wrong = { ...others };
  for (const name of secrets) {
    wrong[name] = wrongSecret(form, name);
  }
  const risk = byId(`${form}-risk`);
  if (risk !== null && !risk.hidden && !byId(`${form}-consent`).checked) {
    wrong.consent = texts.consentMissing;
  }
  return wrong;
}

const consented = (form) => byId(`${form}-consent`)?.checked ?? false;

/** Does the form's work if nothing is wrong with what was typed, and shows the card as it is then. */
async function submit(form, wrong, work) {
  view.quiet();
  if (!view.fieldErrors(form, wrong)) {
    return;
  }
  working = true;
  view.busy(form, true);
  try {
    const conclude = await work();
    if (sheet !== null) {
      sheet = await agent.toolCard(sheet.reader);
      view.card(sheet, tab());
    }
    conclude();
  } finally {
    working = false;
    view.busy(form, false);
  }
}

/** What is said of a secret that the card was given. */
function told(answer, tries, success) {
  return () => {
    if (answer.outcome === "VERIFIED") {
      success();
    } else {
      view.problem(answer.problem, fill(tries, { tries: answer.triesLeft }));
    }
  };
}

const unlocked = (answer) =>
  told(answer, texts.pukLeft, () => view.success(texts.unlocked, fill(texts.now, { tries: answer.pinTriesLeft })));

// --- the forms --------------------------------------------------------------------------------------------------

function secretsOf(form, names) {
  const secrets = names.map((name) => taken(form, name));
  const again = byId(`${form}-again`);
  if (again !== null) {
    again.value = "";
  }
  return secrets;
}

function changePin() {
  return submit("pin", wrongFields("pin", ["current", "next", "again"]), async () => {
    const answer = await agent.present("tool-change-pin", sheet, secretsOf("pin", ["current", "next"]), consented("pin"));
    return told(answer, texts.tries, () =>
      view.success(texts.changed, fill(texts.now, { tries: answer.pinTriesLeft })),
    );
  });
}

function unlockByPuk() {
  return submit("puk", wrongFields("puk", ["current", "next", "again"]), async () =>
    unlocked(await agent.present("tool-unlock", sheet, secretsOf("puk", ["current", "next"]), consented("puk"))),
  );
}

function unlockByCode() {
  return submit("code", wrongFields("code", ["code", "next", "again"]), async () =>
    unlocked(
      await agent.present("tool-unlock-online", sheet, secretsOf("code", ["next", "code"]), consented("code"), {
        "X-Perennial-Origin": byId("code-authority").value,
      }),
    ),
  );
}

function makeRequest() {
  return submit("request", wrongFields("request", ["code"]), async () => {
    const { request } = await agent.present("tool-unlock-request", sheet, secretsOf("request", ["code"]), false);
    return () => {
      view.request(request);
      view.success(texts.requestMade, texts.requestMore);
    };
  });
}

function unlockByAnswer() {
  const answer = byId("answer-text").value.trim();
  const missing = { text: answer === "" ? texts.answerMissing : undefined };
  return submit("answer", wrongFields("answer", ["next", "again"], missing), async () => {
    await files.give("content", new Blob([answer]));
    const told = await agent.present("tool-unlock-finish", sheet, secretsOf("answer", ["next"]), consented("answer"));
    await agent.fileForget();
    return unlocked(told);
  });
}

/** Gives the file and the PIN; what comes of it is offered for saving. */
function withFile(form, question, name, done, more = {}) {
  const wrong = wrongFields(form, ["current"], { content: wrongFile(form, "content", true) });
  return submit(form, wrong, async () => {
    view.status(texts.sending);
    const secrets = secretsOf(form, ["current"]);
    await files.give("content", chosen(form, "content"));
    view.status(texts.working);
    const answer = await agent.present(question, sheet, secrets, consented(form), more);
    const kept = answer.outcome === "VERIFIED" ? await offer(name(chosen(form, "content").name)) : null;
    await agent.fileForget();
    return told(answer, texts.tries, () => view.success(done, "", kept));
  });
}

async function offer(name) {
  if (saved !== null) {
    URL.revokeObjectURL(saved.url);
  }
  saved = { name, url: URL.createObjectURL(await files.result()) };
  return saved;
}

function sign() {
  const form = byId("sign-form").value;
  return withFile("sign", "file-sign", (name) => name + ENDINGS[form], texts.signed, { "X-Perennial-Form": form });
}

function decrypt() {
  return withFile("decrypt", "file-decipher", withoutEnding, texts.decrypted);
}

const withoutEnding = (name) => (/.\.(p7m|p7s|cms)$/i.test(name) ? name.replace(/\.[^.]+$/, "") : `${name}.out`);

function verify() {
  const wrong = {
    signature: wrongFile("verify", "signature", true),
    content: wrongFile("verify", "content", false),
  };
  return submit("verify", wrong, async () => {
    view.signers([]);
    view.status(texts.sending);
    await files.give("signature", chosen("verify", "signature"));
    const content = chosen("verify", "content");
    if (content !== null) {
      await files.give("content", content);
    }
    const answer = await agent.fileVerify(content !== null);
    const kept = answer.result ? await offer(withoutEnding(chosen("verify", "signature").name)) : null;
    await agent.fileForget();
    return () => {
      view.signers(answer.signers);
      if (answer.counts) {
        view.success(texts.genuine, texts.genuineMore, kept);
      } else {
        view.problem(texts.doubtful);
      }
    };
  });
}

// --- the page itself --------------------------------------------------------------------------------------------

async function start() {
  view.translate();
  const { raOrigins } = await agent.open();
  view.authorities(raOrigins);
  await look();
  await watch();
}

const FORMS = {
  pin: changePin,
  puk: unlockByPuk,
  code: unlockByCode,
  request: makeRequest,
  answer: unlockByAnswer,
  sign,
  verify,
  decrypt,
};

for (const [form, work] of Object.entries(FORMS)) {
  byId(form).addEventListener("submit", (event) => {
    event.preventDefault();
    showingProblems(work);
  });
}
for (const way of document.querySelectorAll("input[name=unlock-way]")) {
  way.addEventListener("change", () => {
    view.quiet();
    view.way(way.value);
  });
}
byId("reader").addEventListener("change", () => {
  view.quiet();
  showingProblems(look);
});
addEventListener("hashchange", () => {
  view.quiet();
  if (sheet === null) {
    view.noCard(unreadable, tab());
  } else {
    view.tab(tab(), true);
  }
});
showingProblems(start);
