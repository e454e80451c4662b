// SPDX-License-Identifier: Apache-2.0
// Seals PINs to a key of the agent: nothing between this page and the card sees them in clear, neither the browser's
// network log nor the buffers of the agent's HTTP server. ECIES with exclusive or, as the agent's SealedSecret says.

const CURVE = { name: "ECDH", namedCurve: "P-256" };
const LABEL = new TextEncoder().encode("perennial secret 1");
const TAG = 32;
/** A PIN as the card takes it: filled up with FF. A longer secret takes several. */
const BLOCK = 8;

/**
 * @param {string} key the agent's one-time key, Base64
 * @param {Uint8Array[]} secrets PINs of at most eight octets, then perhaps one that is longer; they stay the caller's to overwrite
 * @returns {Promise<Uint8Array>}
 */
export async function seal(key, secrets) {
  const agentPoint = Uint8Array.from(atob(key), (character) => character.charCodeAt(0));
  const own = await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
  const ownPoint = new Uint8Array(await crypto.subtle.exportKey("raw", own.publicKey));
  const blocks = secrets.map((secret) => Math.max(1, Math.ceil(secret.length / BLOCK)));
  const length = BLOCK * blocks.reduce((sum, count) => sum + count, 0);
  const derived = await derive(own.privateKey, agentPoint, joined(LABEL, agentPoint, ownPoint), TAG + length);
  const masked = derived.slice(TAG);
  let position = 0;
  secrets.forEach((secret, index) => {
    for (let i = 0; i < BLOCK * blocks[index]; i++) {
      masked[position++] ^= i < secret.length ? secret[i] : 0xff;
    }
  });
  const tagKey = await crypto.subtle.importKey(
    "raw", derived.subarray(0, TAG), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  derived.fill(0);
  const tag = new Uint8Array(await crypto.subtle.sign("HMAC", tagKey, masked));
  return joined(ownPoint, masked, tag);
}

async function derive(privateKey, point, info, length) {
  const agentKey = await crypto.subtle.importKey("raw", point, CURVE, false, []);
  const shared = new Uint8Array(
    await crypto.subtle.deriveBits({ name: "ECDH", public: agentKey }, privateKey, 256));
  const material = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveBits"]);
  shared.fill(0);
  return new Uint8Array(
    await crypto.subtle.deriveBits(
      { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info }, material, 8 * length));
}

function joined(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let position = 0;
  for (const part of parts) {
    all.set(part, position);
    position += part.length;
  }
  return all;
}
