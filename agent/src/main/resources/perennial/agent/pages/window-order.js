// SPDX-License-Identifier: Apache-2.0
// What a site asks for with the holder's card: a signature, or something deciphered. The holder sees what it is before
// the PIN; the agent does it and only then is the site answered.

import * as agent from "./agent.js";
import * as files from "./files.js";

const MAX = 16 * 1024 * 1024;
/** Content up to this many octets is shown as text if it is text. */
const MAX_TEXT = 256 * 1024;
const MAX_NAME = 200;
const SIGN_FORMS = ["cms", "cms-detached", "value"];
const DECRYPT_FORMS = ["cms", "rsa"];
const DIGESTS = ["SHA-256", "SHA-384", "SHA-512"];
const SIGNATURE_SLOTS = ["DIGITAL_SIGNATURE", "AUTHENTICATION"];
const DECRYPTION_SLOTS = ["KEY_MANAGEMENT"];
/** No text has these; what turns the direction of writing can hide what is signed. */
const CONTROLS = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/;
const TURNING = /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

const refused = async (code) => {
  const all = await agent.advice(code);
  return new agent.Refusal(all[document.documentElement.lang] ?? all.en);
};

/**
 * Looks at what a site asks for, as far as that goes without a PIN.
 * @param {object} message the site's, not trusted
 * @returns {Promise<object>} what the holder is shown, and `carryOut`
 */
export async function order(message, origin) {
  const signs = message.type === "sign";
  const content = contentOf(message);
  const form = String(message.form ?? "cms");
  const digest = String(message.digest ?? "SHA-256");
  if (content === null || !(signs ? SIGN_FORMS : DECRYPT_FORMS).includes(form) || !DIGESTS.includes(digest)) {
    throw await refused("N07");
  }
  if (content.length > MAX) {
    throw await refused("S05");
  }
  const card = await cardIn(message.reader);
  const slots = signs ? SIGNATURE_SLOTS : DECRYPTION_SLOTS;
  const certificate = slots.map((slot) => card.certificates.find((one) => one.slot === slot)).find((one) => one);
  if (certificate === undefined) {
    throw await refused("C12");
  }
  return {
    signs,
    origin,
    card,
    certificate,
    triesLeft: card.triesLeft,
    form,
    digest,
    text: signs ? textOf(content) : null,
    name: String(message.name ?? "").slice(0, MAX_NAME),
    length: content.length,
    fingerprint: hex(await crypto.subtle.digest("SHA-256", content)),
    carryOut: (secrets, lastTry) => carryOut({ signs, origin, card, form, digest, content }, secrets, lastTry),
  };
}

async function carryOut({ signs, origin, card, form, digest, content }, secrets, lastTry) {
  await files.give("content", new Blob([content]));
  return agent.present(signs ? "site-sign" : "site-decipher", card, secrets, lastTry, {
    "X-Perennial-Opener": origin,
    "X-Perennial-Form": form,
    "X-Perennial-Digest": digest,
  });
}

/** What the site is told of it. */
export function answer(id, given, made) {
  return given.signs
    ? {
        type: "signed",
        id,
        signature: octets(made.signature),
        certificate: octets(made.certificate),
        cardNumber: given.card.cardNumber,
        form: given.form,
        digest: given.digest,
      }
    : { type: "decrypted", id, content: octets(made.content), cardNumber: given.card.cardNumber };
}

function contentOf({ content }) {
  if (typeof content === "string") {
    return new TextEncoder().encode(content);
  }
  return content instanceof Uint8Array && content.length > 0 ? content.slice() : null;
}

/** The content as text, whole, or null when it is none or too long to be read. */
function textOf(content) {
  if (content.length === 0 || content.length > MAX_TEXT) {
    return null;
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
    return CONTROLS.test(text)
      ? null
      : text.replace(TURNING, (character) => `⟨U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`);
  } catch {
    return null;
  }
}

async function cardIn(reader) {
  if (typeof reader === "string" && reader !== "") {
    return agent.card(reader);
  }
  const readers = await agent.readers();
  const fitting = readers.filter((one) => one.cardNumber);
  if (fitting.length === 0) {
    throw await refused(readers.length === 0 ? "C01" : "C02");
  }
  return agent.card(fitting[0].name);
}

const hex = (buffer) =>
  [...new Uint8Array(buffer)].map((octet) => octet.toString(16).padStart(2, "0")).join("");

const octets = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
