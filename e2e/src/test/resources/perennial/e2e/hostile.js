// SPDX-License-Identifier: Apache-2.0
// What a hostile page can try against an agent at a loopback port. Each shape says what the page could see of it:
// "nothing" where a closed port looks the same, else what gave the agent away. Run in Chromium and in Firefox.

/** Enough for a window of the agent to be there and to answer; the friendly site proves it. */
const SOON = 500;
const after = (time) => new Promise((resolve) => setTimeout(resolve, time));

/** Whether the page could read an answer, and which. */
async function readable(work) {
  try {
    const answer = await Promise.race([work(), after(SOON).then(() => null)]);
    if (answer === null) {
      return "nothing";
    }
    return answer.type === "opaque" ? "opaque" : `${answer.type} ${answer.status}`;
  } catch {
    return "nothing";
  }
}

function request(method, address, fields = {}, body = null) {
  return new Promise((resolve) => {
    const xhr = new XMLHttpRequest();
    xhr.onload = () => resolve(`xhr ${xhr.status}`);
    xhr.onerror = () => resolve("nothing");
    try {
      xhr.open(method, address);
      for (const [name, value] of Object.entries(fields)) {
        xhr.setRequestHeader(name, value);
      }
      xhr.send(body);
    } catch {
      resolve("nothing");
    }
  });
}

/** Puts an element into the page; "loaded" where the browser tells that there was something. */
function element(name, attributes, wait = SOON) {
  return new Promise((resolve) => {
    const made = document.createElement(name);
    made.onload = () => resolve("loaded");
    made.onerror = () => resolve("nothing");
    for (const [key, value] of Object.entries(attributes)) {
      made.setAttribute(key, value);
    }
    document.body.append(made);
    setTimeout(() => resolve("nothing"), wait);
  });
}

/** A frame fires "load" for an error page too, so what counts is whether a word comes out of it. */
async function frame(attributes) {
  let heard = "nothing";
  const listen = (event) => {
    heard = `message ${JSON.stringify(event.data)}`;
  };
  addEventListener("message", listen);
  await element("iframe", attributes);
  const made = document.querySelector("iframe:last-of-type");
  made.contentWindow?.postMessage({ perennial: 1, type: "detect" }, "*");
  made.contentWindow?.postMessage(JSON.stringify({ func: "GetUserCert" }), "*");
  await after(SOON / 3);
  removeEventListener("message", listen);
  return heard;
}

/** A form that goes to the agent, in a frame or a window of its own. */
async function form(method, action, encoding, fields, target) {
  const made = document.createElement("form");
  Object.assign(made, { method, action, enctype: encoding, target });
  for (const [name, value] of Object.entries(fields)) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    made.append(field);
  }
  document.body.append(made);
  made.submit();
  await after(SOON / 3);
  return "sent";
}

/** Opens a window and says something to it; what comes back, if anything. */
async function say(address, messages, then = () => {}) {
  const heard = [];
  const listen = (event) => heard.push(event.data);
  addEventListener("message", listen);
  const popup = window.open(address, "_blank", "width=500,height=500");
  if (popup === null) {
    return "blocked";
  }
  for (let time = 0; time < 4; time++) {
    await after(SOON / 4);
    for (const message of messages) {
      popup.postMessage(message, "*");
    }
    await then(popup);
  }
  await after(SOON / 3);
  removeEventListener("message", listen);
  popup.close();
  return heard.length === 0 ? "nothing" : `heard ${JSON.stringify(heard[0])}`;
}

/** Until a window shows something else than the empty page that it begins with; not longer than a slow computer takes. */
async function arrived(popup) {
  for (let look = 0; look < 100; look++) {
    try {
      if (popup.location.href !== "about:blank") {
        return;
      }
    } catch {
      return;
    }
    await after(100);
  }
}

/** Reaches into a window that shows the agent. */
async function reach(address, into) {
  const popup = window.open(address, "_blank", "width=500,height=500");
  if (popup === null) {
    return "blocked";
  }
  if (address !== "about:blank") {
    await arrived(popup);
  }
  await after(SOON);
  try {
    return `reached ${into(popup)}`;
  } catch {
    return "nothing";
  } finally {
    popup.close();
  }
}

function worker(source) {
  return new Promise((resolve) => {
    const made = new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
    made.onmessage = ({ data }) => resolve(data);
    made.onerror = () => resolve("nothing");
    setTimeout(() => resolve("nothing"), SOON);
  });
}

const json = { "Content-Type": "application/json" };
const text = { "Content-Type": "text/plain" };
const pin = 'tbsPackage={"func":"MakeSignature","tbs":"x","pin":"123456","signatureType":"PKCS1","hashAlgorithm":"SHA256"}';

const shapes = {
  // --- fetch and XMLHttpRequest
  "fetch GET /": (a) => readable(() => fetch(`${a}/`)),
  "fetch GET /window": (a) => readable(() => fetch(`${a}/window`)),
  "fetch GET /tools, with credentials": (a) => readable(() => fetch(`${a}/tools`, { credentials: "include" })),
  "fetch no-cors /window": (a) => readable(() => fetch(`${a}/window`, { mode: "no-cors" })),
  "fetch no-cors /settings": (a) => readable(() => fetch(`${a}/settings`, { mode: "no-cors" })),
  "fetch same-origin": (a) => readable(() => fetch(`${a}/window`, { mode: "same-origin" })),
  "fetch keepalive": (a) => readable(() => fetch(`${a}/window/api/readers`, { method: "POST", keepalive: true, mode: "no-cors" })),
  "fetch Range": (a) => readable(() => fetch(`${a}/window/window.js`, { headers: { Range: "bytes=0-1" } })),
  "fetch POST open, JSON": (a) => readable(() => fetch(`${a}/window/api/open`, { method: "POST", headers: json, body: "{}" })),
  "fetch POST readers, text/plain": (a) =>
    readable(() => fetch(`${a}/window/api/readers`, { method: "POST", mode: "no-cors", headers: text, body: "{}" })),
  "fetch with a window's field": (a) =>
    readable(() => fetch(`${a}/window/api/card`, { method: "POST", headers: { ...json, "X-Perennial-Window": "guess" }, body: "{}" })),
  "fetch PUT": (a) => readable(() => fetch(`${a}/window/api/open`, { method: "PUT", body: "{}" })),
  "fetch to 127.0.0.1": (a, p) => readable(() => fetch(`http://127.0.0.1:${p}/window`)),
  "fetch to [::1]": (a, p) => readable(() => fetch(`http://[::1]:${p}/window`)),
  "fetch to another name of this computer (rebinding)": (a, p) => readable(() => fetch(`http://rebound.localhost:${p}/window`)),
  "fetch to localhost with a dot": (a, p) => readable(() => fetch(`http://localhost.:${p}/window`)),
  "XMLHttpRequest GET": (a) => request("GET", `${a}/check`),
  "XMLHttpRequest POST text/plain": (a) => request("POST", `${a}/window/api/open`, text, "{}"),
  "XMLHttpRequest with fields of its own": (a) => request("POST", `${a}/window/api/open`, { ...json, "X-Perennial-Window": "x" }, "{}"),
  "redirected fetch, 302": (a) => readable(() => fetch(`/redirect-302?to=${a}/window`)),
  "redirected POST, 307": (a) => readable(() => fetch(`/redirect-307?to=${a}/window/api/open`, { method: "POST", mode: "no-cors", body: "{}" })),
  "sendBeacon": async (a) => {
    navigator.sendBeacon(`${a}/window/api/readers`, "{}");
    await after(SOON / 3);
    return "sent";
  },
  "EventSource": (a) =>
    new Promise((resolve) => {
      const source = new EventSource(`${a}/window`);
      source.onopen = () => resolve("open");
      source.onerror = () => resolve("nothing");
    }),
  "WebSocket": (a) =>
    new Promise((resolve) => {
      const socket = new WebSocket(`${a.replace("http", "ws")}/window`);
      socket.onopen = () => resolve("open");
      socket.onerror = () => resolve("nothing");
    }),
  // --- the dialect without consent
  "dialect: pkcs11info": (a) => readable(() => fetch(`${a}/pkcs11info?withcert=true`)),
  "dialect: sign with a PIN, text/plain": (a) => request("POST", `${a}/sign`, text, pin),
  "dialect: sign, no-cors": (a) => readable(() => fetch(`${a}/sign`, { method: "POST", mode: "no-cors", headers: text, body: pin })),
  "dialect: decrypt": (a) => request("POST", `${a}/decrypt`, text, 'tbsPackage={"func":"DecryptData","cipher":"AAAA","pin":"123456"}'),
  "dialect: makeCsr": (a) => request("POST", `${a}/makeCsr`, text, 'tbsPackage={"pin":"123456"}'),
  "dialect: writecert": (a) => request("POST", `${a}/writecert`, text, 'tbsPackage={"value":"AAAA","pin":"123456"}'),
  "dialect: getChallenge": (a) => request("POST", `${a}/getChallenge`, text, "tbsPackage={}"),
  "dialect: sendCardCommand": (a) =>
    request("POST", `${a}/CardManagement/sendCardCommand`, text, 'tbsPackage={"func":"changeUserPINCode","currentPIN":"123456","newpin":"654321"}'),
  "dialect: umakeSig by a form": (a) => form("POST", `${a}/umakeSig`, "application/x-www-form-urlencoded", { tbsPackage: "{}" }, "_blank"),
  "dialect: the popup's own question": (a) =>
    readable(() => fetch(`${a}/hipki/begin`, { method: "POST", mode: "no-cors", headers: text, body: '{"func":"GetUserCert"}' })),
  "dialect: the popup's own question, its field forged": (a) =>
    request("POST", `${a}/hipki/begin`, { ...text, "X-Perennial-Opener": "https://bank.example" }, '{"func":"GetUserCert"}'),
  "dialect: a site that allows itself": (a) => request("POST", `${a}/hipki/add-domain`, text, ""),
  "dialect: the picture": (a) => element("img", { src: `${a}/p11Image.bmp` }).then(() => "sent"),
  "dialect: a message without consent": (a) => say(`${a}/popupForm`, [JSON.stringify({ func: "GetUserCert" })]),
  "dialect: a signature without consent": (a) => say(`${a}/popupForm`, [pin.slice("tbsPackage=".length)]),
  "dialect: forged func": (a) => say(`${a}/ChtPopupForm`, ['{"func":"__proto__"}', '{"func":{"a":[]}}', "getTbs", '{"func":"getTbs"}']),
  "dialect: CMCPopForm": (a) => say(`${a}/CardManagement/CMCPopForm`, ['{"func":"changeUserPINCode","currentPIN":"123456","newpin":"654321"}']),
  "dialect: addDomain for somebody else": (a) => say(`${a}/addDomain?domain=bank.example`, ["allow", '{"allow":true}']),
  "dialect: opener swapped behind the popup": async (a) => {
    const popup = window.open("/swap", "_blank", "width=400,height=400");
    if (popup === null) {
      return "blocked";
    }
    await after(SOON);
    popup.close();
    return "sent";
  },
  "dialect: a hundred popups": async (a) => {
    const popups = [];
    for (let i = 0; i < 100; i++) {
      popups.push(window.open(`${a}/popupForm`, `hundred-${i}`));
    }
    await after(SOON);
    for (const popup of popups) {
      popup?.postMessage(JSON.stringify({ func: "GetUserCert" }), "*");
    }
    await after(SOON);
    popups.forEach((popup) => popup?.close());
    return "sent";
  },
  // --- frames, parts of a page, navigation
  "iframe": (a) => frame({ src: `${a}/window` }),
  "iframe, sandboxed": (a) => frame({ src: `${a}/tools`, sandbox: "allow-scripts" }),
  "iframe of the dialect's popup": (a) => frame({ src: `${a}/popupForm` }),
  "iframe of the self-test": (a) => frame({ src: `${a}/selfTest.htm` }),
  "object": (a) => element("object", { data: `${a}/window`, type: "text/html" }).then(() => "sent"),
  "embed": (a) => element("embed", { src: `${a}/window`, type: "text/html" }).then(() => "sent"),
  "img": (a) => element("img", { src: `${a}/window/mark.svg` }),
  "script": (a) => element("script", { src: `${a}/window/agent.js` }),
  "module script": (a) => element("script", { src: `${a}/window/agent.js`, type: "module" }),
  "style sheet": (a) => element("link", { rel: "stylesheet", href: `${a}/window/perennial.css` }),
  "audio": (a) => element("audio", { src: `${a}/window`, preload: "auto" }),
  "track of a video": (a) => element("video", { poster: `${a}/window/mark.svg`, src: `${a}/window` }),
  "prefetch": (a) => element("link", { rel: "prefetch", href: `${a}/window/api/readers` }).then(() => "sent"),
  "preload": (a) => element("link", { rel: "preload", as: "fetch", href: `${a}/window` }),
  "prerender": (a) => {
    const rules = document.createElement("script");
    rules.type = "speculationrules";
    rules.textContent = JSON.stringify({ prerender: [{ source: "list", urls: [`${a}/window`] }], prefetch: [{ source: "list", urls: [`${a}/tools`] }] });
    document.body.append(rules);
    return after(SOON / 3).then(() => "sent");
  },
  "dynamic import": (a) => import(`${a}/window/agent.js`).then(() => "imported", () => "nothing"),
  "font": (a) => new FontFace("stolen", `url(${a}/window/perennial.css)`).load().then(() => "loaded", () => "nothing"),
  "ping of a link": async (a) => {
    const link = document.createElement("a");
    link.href = "#";
    link.setAttribute("ping", `${a}/window/api/readers`);
    document.body.append(link);
    link.click();
    await after(SOON / 3);
    return "sent";
  },
  "report of a policy": (a) => frame({ src: `/policy?report=${a}/window/api/open` }),
  "form GET": (a) => form("GET", `${a}/window/api/readers`, "application/x-www-form-urlencoded", { a: "1" }, "_blank"),
  "form POST text/plain": (a) => form("POST", `${a}/window/api/open`, "text/plain", { '{"a":"': '"}' }, "_blank"),
  "form POST urlencoded": (a) => form("POST", `${a}/window/api/readers`, "application/x-www-form-urlencoded", { a: "1" }, "_blank"),
  "form POST multipart": (a) => form("POST", `${a}/sign`, "multipart/form-data", { tbsPackage: "{}" }, "_blank"),
  "form POST redirected, 307": (a) => form("POST", `/redirect-307?to=${a}/window/api/open`, "text/plain", { a: "1" }, "_blank"),
  "null origin: sandboxed frame": (a) => frame({ sandbox: "allow-scripts", src: `/null-origin?agent=${a}` }),
  "null origin: data address": (a) =>
    frame({ src: `data:text/html,<script>fetch("${a}/window/api/open",{method:"POST"}).then(()=>parent.postMessage("read","*"))</script>` }),
  // --- workers
  "worker": (a) => worker(`fetch("${a}/window").then(() => postMessage("read"), () => postMessage("nothing"))`),
  "worker, importScripts": (a) => worker(`try { importScripts("${a}/window/agent.js"); postMessage("imported") } catch { postMessage("nothing") }`),
  "service worker": async (a) => {
    const registered = await navigator.serviceWorker.register(`/service-worker.js?agent=${encodeURIComponent(a)}`);
    await navigator.serviceWorker.ready;
    const told = await (await fetch("/ask-the-service-worker")).text().catch(() => "nothing");
    await registered.unregister();
    return told === "read" ? "read" : "nothing";
  },
  // --- windows
  "window: detect, read, renew": (a) =>
    say(`${a}/window`, [
      { perennial: 1, type: "detect" },
      { perennial: 1, type: "read", reader: "Perennial Virtual Reader 00" },
      { perennial: 1, type: "renew", reader: "", ticket: "x" },
    ]),
  "window: forged messages": (a) =>
    say(`${a}/window`, [null, 1, "detect", [], { perennial: 1, type: { toString: "detect" } }, JSON.parse('{"__proto__":{"perennial":1},"type":"detect"}'), { perennial: 1, type: "ready" }, { perennial: 1, type: "sign", data: "x" }]),
  "window: a frame of the page speaks": async (a) => {
    const inner = document.createElement("iframe");
    document.body.append(inner);
    window.stolen = window.open(`${a}/window`, "_blank", "width=500,height=500");
    await after(SOON / 2);
    inner.contentWindow.eval("top.stolen?.postMessage({ perennial: 1, type: 'detect' }, '*')");
    await after(SOON / 2);
    window.stolen?.close();
    return "sent";
  },
  "window: another window speaks": (a) => say(`${a}/window`, [], async (popup) => {
    window.stolen = popup;
    const other = window.open("/speaker", "speaker", "width=100,height=100");
    await after(SOON / 4);
    other?.close();
  }),
  "window: named like the portal's": async (a) => {
    const popup = window.open(`${a}/window`, "perennial-agent");
    await after(SOON / 2);
    popup?.postMessage({ perennial: 1, type: "detect" }, "*");
    const again = window.open("", "perennial-agent");
    again?.postMessage({ perennial: 1, type: "read", reader: "" }, "*");
    await after(SOON / 2);
    popup?.close();
    return "sent";
  },
  "window: tools, reached into": (a) => reach(`${a}/tools`, (popup) => popup.document.body.textContent.length),
  "window: settings, scripted": (a) => reach(`${a}/settings`, (popup) => popup.eval("1")),
  "window: check, a javascript address": (a) =>
    reach(`${a}/check`, (popup) => {
      popup.location = "javascript:document.querySelector('#start').click()";
      return popup.location.href;
    }),
  "window: an empty one that becomes the agent's": (a) =>
    reach("about:blank", (popup) => {
      popup.document.write(`<script>fetch("${a}/window/api/open",{method:"POST"}).then(()=>{document.title="read"})<\/script>`);
      return popup.document.title === "read" ? "read" : popup.frames.missing.document;
    }),
};

/** Begins a shape; what it saw stands in the document's `data-seen` afterwards. */
window.attempt = (name, agent, port) => {
  delete document.documentElement.dataset.seen;
  setTimeout(() =>
    shapes[name](agent, port).then(
      (seen) => (document.documentElement.dataset.seen = seen),
      () => (document.documentElement.dataset.seen = "nothing"),
    ),
  );
};
document.documentElement.dataset.shapes = JSON.stringify(Object.keys(shapes));
