// SPDX-License-Identifier: Apache-2.0
// The settings: which sites may use this agent, whether older pages are answered, where it lives. Every value is set as
// text, never as markup.

import * as agent from "./agent.js";
import { date, fill, language } from "./texts.js";
import { texts } from "./settings-texts.js";

/** As they were shown last; null before. */
let shown = null;

const byId = (id) => document.getElementById(id);

function element(name, content, style = "") {
  const made = document.createElement(name);
  made.textContent = content;
  made.className = style;
  return made;
}

function translate() {
  document.documentElement.lang = language;
  document.title = `${texts.title} · ${texts.name}`;
  for (const place of document.querySelectorAll("[data-text]")) {
    place.textContent = texts[place.dataset.text];
  }
  const other = language === "zh-TW" ? "en" : "zh-TW";
  byId("language").href = `?lang=${other}`;
  byId("language").lang = other;
  byId("tools").href = `/tools?lang=${language}`;
}

function site({ origin, source, since, mayBringPin, revoked }) {
  const said = element("span", "");
  const name = element("span", origin, "origin");
  const notes = [fill(texts[source], { since: date(since) })];
  if (mayBringPin) {
    notes.push(texts.mayBringPin);
  }
  said.append(name, document.createElement("br"), element("span", notes.join(language === "zh-TW" ? "；" : "; "), "hint"));
  if (revoked) {
    said.append(" ", element("span", texts.revoked, "tag tag--bad"));
  }
  const button = element("button", revoked ? texts.allow : texts.revoke, "button button--outline");
  button.type = "button";
  button.setAttribute("aria-label", fill(revoked ? texts.allowSite : texts.revokeSite, { origin }));
  button.addEventListener("click", () =>
    change(
      () => (revoked ? agent.allowSite(origin) : agent.revokeSite(origin)),
      fill(revoked ? texts.allowedNow : texts.revokedNow, { origin }),
    ),
  );
  const line = document.createElement("li");
  line.dataset.origin = origin;
  line.append(said, button);
  return line;
}

function row(name, value) {
  const line = element("div", "", "summary__row");
  line.append(element("dt", name), element("dd", value));
  return line;
}

function show(settings) {
  shown = settings;
  byId("sites").replaceChildren(...settings.sites.map(site));
  byId("sites").hidden = settings.sites.length === 0;
  byId("no-sites").hidden = settings.sites.length > 0;
  byId("dialect").checked = settings.dialect;
  showUpdate(settings.update);
  byId("about").replaceChildren(
    row(texts.version, settings.version),
    row(texts.port, location.port),
    row(texts.authorities, settings.authorities.join(" ") || texts.none),
    row(texts.home, settings.home),
  );
}

/** A newer version, where the operator says that there is one. */
function showUpdate(update) {
  byId("update").hidden = !update;
  if (update) {
    byId("update-text").textContent = update[language];
    byId("update-link").textContent = fill(texts.updateLink, { version: update.version });
    byId("update-link").href = update.link;
  }
}

/** Does it, shows the settings as they are then, and says so. */
async function change(work, done) {
  byId("problem").hidden = true;
  byId("status").textContent = "";
  try {
    show(await work());
    byId("status").textContent = done;
    if (done !== "" && document.activeElement === document.body) {
      byId("sites-title").focus();
    }
  } catch (refusal) {
    if (!(refusal instanceof agent.Refusal)) {
      throw refusal;
    }
    if (shown !== null) {
      show(shown);
    }
    const { cause, remedy, code } = refusal.problem;
    byId("problem-cause").textContent = cause;
    byId("problem-remedy").textContent = remedy;
    byId("problem-code").textContent = code;
    byId("problem").hidden = false;
    byId("problem").focus();
  }
}

translate();
byId("dialect").addEventListener("change", ({ target }) =>
  change(() => agent.turnDialect(target.checked), target.checked ? texts.dialectIsOn : texts.dialectIsOff),
);
change(async () => {
  await agent.open();
  return agent.settings();
}, "");
