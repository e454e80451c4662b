// SPDX-License-Identifier: Apache-2.0
// The popup of the dialect: tells the page that opened it that it is there, takes the page's first message, and gives
// back the agent's answer, once. Small and without a module, because pages wait half a second for the first word.

(() => {
  "use strict";

  const page = window.opener;
  /** Where the first message came from; nobody else is heard or answered after it. */
  let origin = null;
  let answered = false;

  if (page === null) {
    import("/hipki/form.js").then((form) => form.alone());
    return;
  }

  /** The dialect's answers are texts, each for one origin. */
  const answer = (text) => {
    if (!answered && origin !== null) {
      answered = true;
      page.postMessage(text, origin);
    }
  };

  addEventListener("message", (event) => {
    if (event.source !== page || origin !== null || !/^https?:\/\//.test(event.origin)) {
      return;
    }
    origin = event.origin;
    const message = typeof event.data === "string" ? event.data : JSON.stringify(event.data);
    import("/hipki/form.js").then((form) => form.begin(origin, message, answer));
  });

  // Nobody knows yet whose window this is, so the greeting goes to whoever it is; it says nothing but that.
  const ready = location.pathname === "/CardManagement/CMCPopForm" ? "CMCAtn" : "getTbs";
  page.postMessage(JSON.stringify({ func: ready }), "*");
})();
