// SPDX-License-Identifier: Apache-2.0
// What an integrator copies: the same call, with the same parameters, in a site's own page or at a terminal.

import { pathOf } from "./api-calls.js";

const json = (value) => JSON.stringify(value, null, 2);
const quoted = (value) => JSON.stringify(value);

/** The message of the dialect's popup. */
export const message = (call, given) => ({ func: call.func, ...given });

/** JavaScript, with perennial.js or the dialect's popup. */
export function javascript(call, given, component) {
  if (call.family === "library") {
    return withLibrary(call, given, component);
  }
  return call.family === "dialect" ? withPopup(call, given, component) : withFetch(call, component);
}

function withLibrary(call, given, component) {
  const { content, encoding, ...options } = given;
  const name = call.name.replace("()", "");
  const some = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== ""));
  const octets = encoding === "base64"
    ? `Uint8Array.from(atob(${quoted(content)}), (character) => character.charCodeAt(0))`
    : quoted(content);
  const list = {
    sign: () => `${octets}, ${json(some)}`,
    decrypt: () => `${octets}, ${json(some)}`,
    card: () => quoted(given.reader),
    renew: () => `${quoted(given.reader)}, ${quoted(given.ticket)}`,
    finish: () => quoted(given.reader),
  }[name]?.() ?? "";
  return `import { Perennial, PerennialError } from "./perennial.js";

const perennial = new Perennial({ component: ${quoted(component)} });

document.querySelector("button").addEventListener("click", async () => {
  try {
    await perennial.open(); // in the click itself, before anything is awaited${
      name === "open" ? "" : `\n    const answer = await perennial.${name}(${list.replaceAll("\n", "\n    ")});\n    console.log(answer);`}
  } catch (error) {
    if (!(error instanceof PerennialError)) throw error;
    console.error(error.code, error.cause, error.remedy);
  }
});`;
}

function withPopup(call, given, component) {
  return `const component = ${quoted(component)};
const request = ${json(message(call, given))};

document.querySelector("button").addEventListener("click", () => {
  const popup = window.open(component + ${quoted(call.popup)}, "popup", "width=560,height=700");
  addEventListener("message", function hear(event) {
    if (event.origin !== component || event.source !== popup) return;
    const answer = JSON.parse(event.data);
    if (answer.func === "getTbs" || answer.func === "CMCAtn") {
      popup.postMessage(JSON.stringify(request), component);
    } else {
      removeEventListener("message", hear);
      console.log(answer.ret_code, answer);
    }
  });
});`;
}

const withFetch = (call, component) =>
  `// Only from a site that is allowed, and with the browser's permission for the local network.
const answer = await fetch(${quoted(component + pathFor(call))});
console.log(await answer.text());`;

/** For a terminal; null where the component's window is needed and HTTP does not do. */
export function curl(call, given, component) {
  const origin = `-H 'Origin: ${location.origin}'`;
  if (call.family === "http") {
    return `curl -s '${component}${pathFor(call)}' ${origin}`;
  }
  if (call.family === "library") {
    return null;
  }
  const path = pathOf(call);
  if (path.startsWith("/pkcs11info")) {
    return `curl -s '${component}${path}' ${origin}`;
  }
  const body = JSON.stringify(message(call, given)).replaceAll("'", "'\\''");
  return `curl -s '${component}${path}' ${origin} \\\n  --data-urlencode 'tbsPackage=${body}'`;
}

export const pathFor = (call) => call.path.replace("{host}", location.hostname);
