// SPDX-License-Identifier: Apache-2.0
// Asks the holder whether a site may use the card. The site is the one that opened this window, as the browser names
// it; what the address says must be the same. A browser that names none leaves it to the holder, who sees the name.

import { language, setLanguage, texts } from "/hipki/texts.js";

const FORBIDDEN = 0x7600000f;
const NOT_TRUSTED = 0x76000031;
const FAILED = 0x7600000d;
/** A click that was meant for the page beneath must not hit a button that has just appeared. */
const SETTLED = 500;

const byId = (id) => document.getElementById(id);
const domain = (new URLSearchParams(location.search).get("domain") ?? "").trim().toLowerCase();

/** Null when the address names none, or another than the one that opened the window. */
function site() {
  const from = document.referrer === "" ? null : new URL(document.referrer);
  if (from !== null) {
    const names = domain === from.hostname || domain === from.host;
    return names && /^https?:$/.test(from.protocol) ? from.origin : null;
  }
  try {
    const named = new URL(`https://${domain}`);
    return named.pathname === "/" && named.search === "" && named.username === "" ? named.origin : null;
  } catch {
    return null;
  }
}

const origin = site();

function tell(code) {
  if (window.opener !== null && origin !== null) {
    window.opener.postMessage(JSON.stringify({ ret_code: code }), origin);
  }
}

async function allow() {
  byId("allow").disabled = true;
  const response = await fetch("/hipki/add-domain", {
    method: "POST",
    headers: { "X-Perennial-Opener": origin, "Content-Type": "text/plain" },
    cache: "no-store",
  }).catch(() => null);
  const told = response?.ok ? await response.json() : { ret_code: FAILED };
  tell(told.ret_code);
  if (told.ret_code === 0) {
    byId("ask").hidden = true;
    title(texts().domainDone);
    window.close();
  } else {
    refuse(texts().lost);
  }
}

function refuse(text) {
  byId("ask").hidden = true;
  byId("refused").hidden = false;
  byId("refused-text").textContent = text;
}

function title(text) {
  byId("title").textContent = text;
  document.title = `${text} · ${texts().name}`;
}

function show() {
  document.documentElement.lang = language();
  for (const element of document.querySelectorAll("[data-text]")) {
    element.textContent = texts()[element.dataset.text];
  }
  byId("language").lang = language() === "en" ? "zh-TW" : "en";
  title(texts().domainTitle);
  if (origin === null) {
    refuse(domain === "" ? texts().domainNone : texts().domainOther);
    return;
  }
  byId("ask").hidden = false;
  byId("origin").textContent = origin;
}

show();
if (origin === null) {
  // Whoever asked hears no more than that it was refused.
  window.opener?.postMessage(JSON.stringify({ ret_code: FORBIDDEN }), document.referrer === "" ? location.origin : new URL(document.referrer).origin);
}
byId("allow").disabled = true;
setTimeout(() => {
  byId("allow").disabled = false;
}, SETTLED);
byId("allow").addEventListener("click", allow);
byId("deny").addEventListener("click", () => {
  tell(NOT_TRUSTED);
  window.close();
});
byId("language").addEventListener("click", (event) => {
  event.preventDefault();
  setLanguage(language() === "en" ? "zh-TW" : "en");
  show();
});
