// SPDX-License-Identifier: Apache-2.0
// What the library does with windows and messages, told by a window of real message ports. That a browser and the
// component agree with it, ApiTestPageTest shows.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, test } from "node:test";

const RESOURCES = new URL("../../", import.meta.url);
const { Perennial, PerennialError, base64 } = await import(
  new URL("ra/src/main/resources/perennial/ra/static/perennial.js", RESOURCES)
);
const COMPONENT = "http://localhost:61161";

/** A window of the component's: what the page posts goes through a port, and what it says comes back as events. */
class ComponentWindow {
  closed = false;
  focused = 0;
  location = { href: "about:blank", replace: (address) => { this.address = address; } };
  heard = [];
  answers = {};
  silent = false;

  constructor(address) {
    this.address = address;
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    port2.onmessage = ({ data }) => this.hear(data);
    this.ports = [port1, port2];
  }

  postMessage(message, target) {
    assert.equal(target, COMPONENT);
    this.port.postMessage(message);
  }

  hear(message) {
    this.heard.push(message);
    if (this.silent) {
      return;
    }
    if (message.type === "hello") {
      this.say({ type: "ready", version: "0.1.0" });
    } else {
      this.answers[message.type]?.(message);
    }
  }

  say(message, origin = COMPONENT, source = this) {
    const event = new Event("message");
    Object.assign(event, { data: structuredClone({ perennial: 1, ...message }), origin, source });
    globalThis.dispatchEvent(event);
  }

  focus() {
    this.focused++;
  }

  close() {
    this.closed = true;
    this.ports.forEach((port) => port.close());
  }
}

let opened;
let blocked;
let silent;

beforeEach(() => {
  opened = [];
  blocked = false;
  silent = false;
  const page = new EventTarget();
  const storage = new Map();
  globalThis.addEventListener = page.addEventListener.bind(page);
  globalThis.dispatchEvent = page.dispatchEvent.bind(page);
  globalThis.sessionStorage = {
    getItem: (key) => storage.get(key) ?? null,
    setItem: (key, value) => storage.set(key, value),
    removeItem: (key) => storage.delete(key),
  };
  globalThis.window = {
    open: (address) => {
      if (blocked) {
        return null;
      }
      const fresh = new ComponentWindow(address);
      fresh.silent = silent;
      opened.push(fresh);
      return fresh;
    },
  };
});

afterEach(() => opened.forEach((one) => one.close()));

const perennial = (options = {}) => new Perennial({ language: "en", ...options });
const refusedWith = (code) => (error) => error instanceof PerennialError && error.code === code;

test("one window serves a whole visit", async () => {
  const card = perennial();
  assert.equal(await card.open(), "0.1.0");
  assert.equal(await card.open(), "0.1.0");
  assert.equal(opened.length, 1);
  assert.equal(opened[0].address, `${COMPONENT}/window?lang=en`);
  assert.equal(card.version, "0.1.0");
});

test("a blocked window is A05, a silent one A04, a closed one A07", async () => {
  blocked = true;
  await assert.rejects(perennial().open(), refusedWith("A05"));
  blocked = false;
  silent = true;
  await assert.rejects(perennial({ patience: 300 }).open(), refusedWith("A04"));
  const closing = perennial({ patience: 3000 });
  const opening = closing.open();
  opened.at(-1).close();
  await assert.rejects(opening, refusedWith("A07"));
  await assert.rejects(perennial().readers(), refusedWith("A07"));
});

test("answers go to the questions that asked, in whatever order they come", async () => {
  const card = perennial();
  await card.open();
  const asked = [];
  opened[0].answers.read = (message) => {
    asked.push(message);
    if (asked.length === 2) {
      asked.reverse().forEach(({ id, reader }) => opened[0].say({ type: "card", id, card: { reader } }));
    }
  };
  const [first, second] = await Promise.all([card.card("A"), card.card("B")]);
  assert.deepEqual([first.reader, second.reader], ["A", "B"]);
});

test("nobody else is heard: another origin, another window, another protocol", async () => {
  const card = perennial();
  await card.open();
  const heard = [];
  card.on("readers", (readers) => heard.push(readers));
  opened[0].say({ type: "readers", readers: ["forged"] }, "http://localhost:8080");
  opened.push(new ComponentWindow(""));
  opened[0].say({ type: "readers", readers: ["forged"] }, COMPONENT, opened[1]);
  opened[0].say({ type: "readers", readers: ["forged"], perennial: 2 });
  opened[0].say({ type: "readers", readers: [] });
  assert.deepEqual(heard, [[]]);
});

test("what is signed goes to the component as it is, and its answer comes back", async () => {
  const card = perennial();
  await card.open();
  opened[0].answers.sign = ({ id, form, digest }) =>
    opened[0].say({ type: "signed", id, signature: new Uint8Array([1]), certificate: new Uint8Array([2]), cardNumber: "7", form, digest });
  const signature = await card.sign(new Uint8Array([9, 8]), { form: "value", digest: "SHA-512", name: "a" });
  const { content, name } = opened[0].heard.at(-1);
  assert.deepEqual([...content], [9, 8]);
  assert.equal(name, "a");
  assert.deepEqual(Object.keys(signature).sort(), ["cardNumber", "certificate", "digest", "form", "signature"]);
  assert.equal(signature.digest, "SHA-512");
});

test("a holder's no comes with its words in both languages", async () => {
  const card = perennial();
  await card.open();
  const words = { en: { cause: "no", remedy: "ask" }, "zh-TW": { cause: "拒絕", remedy: "再問" } };
  opened[0].answers.decrypt = ({ id }) =>
    opened[0].say({ type: "problem", about: "decrypt", id, problem: { code: "A14", words } });
  await assert.rejects(card.decrypt("x"), (error) => {
    assert.deepEqual([error.code, error.cause, error.remedy, error.words["zh-TW"].cause], ["A14", "no", "ask", "拒絕"]);
    return error instanceof PerennialError;
  });
});

test("a renewal ends when every certificate is confirmed; a problem ends it and a later one is told", async () => {
  const card = perennial();
  await card.open();
  const steps = [];
  const problems = [];
  card.on("progress", ({ step }) => steps.push(step));
  card.on("problem", ({ code }) => problems.push(code));
  opened[0].answers.renew = () => {
    opened[0].say({ type: "progress", progress: { step: "WRITE", finished: false, certificates: [{ state: "ISSUED" }] } });
    opened[0].say({ type: "progress", progress: { step: "DONE", finished: true, certificates: [{ state: "CONFIRMED" }] } });
  };
  assert.equal((await card.renew("A", "t")).step, "DONE");
  assert.deepEqual(steps, ["WRITE", "DONE"]);
  opened[0].answers.finish = () => opened[0].say({ type: "problem", about: "renewal", problem: { code: "C04" } });
  await assert.rejects(card.finish("A"), refusedWith("C04"));
  opened[0].say({ type: "problem", about: "renewal", problem: { code: "C05" } });
  assert.deepEqual(problems, ["C05"]);
});

test("closing the window ends what waits for the holder", async () => {
  const card = perennial();
  await card.open();
  const signing = card.sign("text");
  setTimeout(() => opened[0].close(), 50);
  await assert.rejects(signing, refusedWith("A07"));
});

test("the library's own words are those of the table of errors", () => {
  const properties = (tag) =>
    Object.fromEntries(
      readFileSync(new URL(`core/src/main/resources/perennial/core/advice/advice_${tag}.properties`, RESOURCES), "utf8")
        .split("\n").filter((line) => /^[A-Z]\d\d\./.test(line)).map((line) => line.split(/=(.*)/s)),
    );
  for (const [language, tag] of [["zh-TW", "zh-TW"], ["en", "en"]]) {
    const table = properties(tag);
    for (const code of ["A04", "A05", "A07"]) {
      const error = new PerennialError({ code }, language);
      assert.deepEqual([error.cause, error.remedy], [table[`${code}.cause`], table[`${code}.remedy`]]);
    }
  }
});

test("octets become Base64", () => assert.equal(base64(new Uint8Array([0, 255, 16])), "AP8Q"));
