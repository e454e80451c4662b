// SPDX-License-Identifier: Apache-2.0
// Certificate cards in web pages, through the Perennial component on the holder's computer. Opening its window is a
// navigation, which browsers allow from a public site to localhost; a fetch would need a permission. Messages go to the
// component's exact origin and are taken from that origin and that very window only. A PIN never comes here.
// Built by browser/build from browser/src/perennial.ts; the messages: docs/window-protocol.md.
/** Why a call was not answered: a code that never changes its meaning, and words for a person. */
export class PerennialError extends Error {
    code;
    cause;
    remedy;
    /** Both languages. */
    words;
    constructor(problem, language = "en") {
        const words = problem.words ?? OWN_WORDS[problem.code] ?? {};
        const mine = words[language] ?? problem;
        super(`${problem.code} ${mine.cause ?? ""}`.trimEnd());
        this.name = "PerennialError";
        this.code = problem.code;
        this.cause = mine.cause ?? problem.cause ?? "";
        this.remedy = mine.remedy ?? problem.remedy ?? "";
        this.words = words;
    }
}
/** Of what only a page sees; all else is told by the component. */
const OWN_WORDS = {
    A04: {
        "zh-TW": { cause: "找不到常青元件，可能尚未安裝或尚未啟動。", remedy: "請安裝並啟動元件，再按一次「偵測憑證IC卡」。" },
        en: {
            cause: "The Perennial component was not found: it is not installed or not running.",
            remedy: 'Install and start the component, then choose "Detect card" again.',
        },
    },
    A05: {
        "zh-TW": { cause: "瀏覽器封鎖了元件視窗。", remedy: "請允許本網站開啟彈出式視窗，再按一次按鈕。" },
        en: {
            cause: "The browser blocked the component's window.",
            remedy: "Allow pop-up windows for this site, then choose the button again.",
        },
    },
    A07: {
        "zh-TW": { cause: "元件視窗已關閉或沒有回應。", remedy: "展期會在背景完成；請稍候本頁更新，或重新偵測憑證IC卡。" },
        en: {
            cause: "The component's window was closed or does not answer.",
            remedy: "The renewal is finished in the background; wait for this page to update, or detect the card again.",
        },
    },
};
const COMPONENT = "http://localhost:61161";
const NAME = "perennial-agent";
const FEATURES = "popup,width=480,height=720";
const OPENED = "perennial.window-opened";
/** In milliseconds: until a first answer; until "quiet"; for a window from before a reload; until a silent one is closed. */
const PATIENCE = 60_000;
const QUIET = 4_000;
const PATIENCE_WITH_OLD_WINDOW = 1_500;
const PATIENCE_WHEN_LATE = 20_000;
/** In milliseconds: for a card; between two greetings; between two looks whether the window is still open. */
const PATIENCE_WITH_CARD = 20_000;
const GREET_EVERY = 250;
const LOOK_EVERY = 400;
/** One visit of one person: all its calls go through one window. */
export class Perennial {
    #component;
    #language;
    #patience;
    #questions = new Map();
    #listeners = new Map();
    #window = null;
    #version = null;
    #leftFromBefore = false;
    #whenAnswered = () => { };
    #opening = null;
    #renewal = null;
    #lastId = 0;
    #looking;
    constructor(options = {}) {
        this.#component = new URL(options.component ?? COMPONENT).origin;
        this.#language = options.language ?? (navigator.language.startsWith("zh") ? "zh-TW" : "en");
        this.#patience = options.patience ?? PATIENCE;
        addEventListener("message", (event) => this.#hear(event));
    }
    /** The component's version; null before it has answered. */
    get version() {
        return this.#version;
    }
    get isOpen() {
        return this.#window !== null && !this.#window.closed;
    }
    /**
     * Opens the window or brings it to the front, and waits for the component's version. Call it in the click itself, before
     * anything is awaited, or the browser blocks the window (A05). Every other call needs an open window.
     */
    async open() {
        if (this.isOpen && (this.#version !== null || this.#opening !== null)) {
            this.#window?.focus();
            return this.#version ?? this.#opening ?? this.#greeted();
        }
        this.#show();
        this.#opening = this.#greeted().finally(() => {
            this.#opening = null;
        });
        return this.#opening;
    }
    /** Closes the window. What a renewal has begun, the component finishes. */
    close() {
        this.#window?.close();
        this.#window = null;
        this.#version = null;
        sessionStorage.removeItem(OPENED);
        this.#allRefused("A07");
    }
    /** The readers and the cards in them, asked anew. */
    async readers() {
        return (await this.#ask({ type: "detect" }, PATIENCE_WITH_CARD))["readers"];
    }
    /** The card in a reader, with its certificates. */
    async card(reader) {
        return (await this.#ask({ type: "read", reader }, PATIENCE_WITH_CARD))["card"];
    }
    /**
     * Has the holder sign in the window. Text is shown there whole, other content by name, length and SHA-256; at most
     * 16 MiB. Refused by the holder: A14.
     */
    async sign(content, options = {}) {
        const { form = "cms", digest = "SHA-256" } = options;
        return (await this.#order("sign", content, { ...options, form, digest }));
    }
    /** Has the holder decrypt in the window, with the card's encryption key. */
    async decrypt(content, options = {}) {
        return (await this.#order("decrypt", content, { form: "cms", ...options }));
    }
    /**
     * Renews a card's certificates with a registration authority's ticket; only for pages of such an authority. Ends when
     * the new certificates are on the card and confirmed. How it goes is told by `progress`.
     */
    renew(reader, ticket) {
        return this.#renewing({ type: "renew", reader, ticket });
    }
    /** Finishes a renewal that this computer has begun. */
    finish(reader) {
        return this.#renewing({ type: "finish", reader });
    }
    /** Calls the listener at every such event. Returns how to end that. */
    on(kind, listener) {
        const all = this.#listeners.get(kind) ?? new Set();
        this.#listeners.set(kind, all.add(listener));
        return () => all.delete(listener);
    }
    // --- the window ------------------------------------------------------------------------------------------------
    #show() {
        const address = `${this.#component}/window?lang=${encodeURIComponent(this.#language)}`;
        if (this.isOpen) {
            this.#window?.location.replace(address);
            this.#window?.focus();
            return;
        }
        this.#version = null;
        // After a reload this page has lost its hold on the window; taking it by its name does not reload it.
        this.#leftFromBefore = sessionStorage.getItem(OPENED) !== null;
        this.#window = window.open(this.#leftFromBefore ? "" : address, NAME, FEATURES);
        if (this.#window === null) {
            throw this.#error("A05");
        }
        sessionStorage.setItem(OPENED, "yes");
        if (this.#leftFromBefore && isBlank(this.#window)) {
            this.#leftFromBefore = false;
            this.#window.location.replace(address);
        }
        this.#window.focus();
    }
    async #greeted() {
        if (this.#version !== null) {
            return this.#version;
        }
        const greeting = setInterval(() => this.#say({ type: "hello" }), GREET_EVERY);
        try {
            let heard = this.#leftFromBefore && (await this.#answerWithin(PATIENCE_WITH_OLD_WINDOW));
            if (!heard) {
                if (this.#leftFromBefore) {
                    this.#leftFromBefore = false;
                    this.#show();
                }
                heard = await this.#answerWithin(Math.min(QUIET, this.#patience));
            }
            if (!heard && this.#patience > QUIET && this.isOpen) {
                this.#tell("quiet", this.#error("A04"));
                heard = await this.#answerWithin(this.#patience - QUIET);
            }
            if (!heard) {
                if (!this.isOpen) {
                    throw this.#error("A07");
                }
                void this.#closeUnlessLate(this.#window);
                throw this.#error("A04");
            }
            return this.#version ?? "";
        }
        finally {
            clearInterval(greeting);
        }
    }
    /** A slow computer's window may speak up after all; then the page is told of the readers. */
    async #closeUnlessLate(silent) {
        const greeting = setInterval(() => this.#say({ type: "hello" }), GREET_EVERY);
        const heard = await this.#answerWithin(PATIENCE_WHEN_LATE);
        clearInterval(greeting);
        if (heard) {
            this.#say({ type: "detect" });
        }
        else if (this.#version === null && this.#window === silent) {
            this.close();
        }
    }
    /** Whether the component answers in time. A window that the holder closes will not. */
    #answerWithin(patience) {
        return new Promise((resolve) => {
            const end = (heard) => () => {
                clearTimeout(tooLate);
                clearInterval(closed);
                resolve(heard);
            };
            const tooLate = setTimeout(() => end(false)(), patience);
            const closed = setInterval(() => {
                if (!this.isOpen) {
                    end(false)();
                }
            }, LOOK_EVERY);
            this.#whenAnswered = end(true);
            if (this.#version !== null) {
                this.#whenAnswered();
            }
        });
    }
    // --- messages --------------------------------------------------------------------------------------------------
    #say(message, transfer = []) {
        if (this.isOpen) {
            this.#window?.postMessage({ perennial: 1, ...message }, this.#component, transfer);
        }
    }
    #hear(event) {
        if (this.#window === null || event.source !== this.#window || event.origin !== this.#component) {
            return;
        }
        const message = event.data;
        if (!isMessage(message)) {
            return;
        }
        if (this.#version === null || message.type === "ready") {
            this.#version = String(message["version"] ?? this.#version ?? "");
            this.#whenAnswered();
        }
        if (message.type === "problem") {
            this.#hearProblem(message);
            return;
        }
        if (message.type === "readers") {
            this.#tell("readers", message["readers"]);
        }
        else if (message.type === "progress") {
            this.#hearProgress(message["progress"]);
        }
        this.#questions.get(Number(message["id"]))?.resolve(message);
    }
    #hearProblem(message) {
        const error = new PerennialError(message["problem"], this.#language);
        const question = message["about"] === "renewal" ? this.#renewal : this.#questions.get(Number(message["id"]));
        if (question) {
            question.reject(error);
        }
        else {
            this.#tell("problem", error);
        }
    }
    #hearProgress(progress) {
        this.#tell("progress", progress);
        if (progress.finished && !progress.problem && progress.certificates.every((one) => one.state === "CONFIRMED")) {
            this.#renewal?.resolve({ type: "progress", progress });
        }
    }
    async #ask(message, patience) {
        await this.#greetedIfOpen();
        const id = ++this.#lastId;
        const answer = this.#question(patience, (question) => this.#questions.set(id, question), () => this.#questions.delete(id));
        this.#say({ ...message, id });
        return answer;
    }
    async #renewing(message) {
        await this.#greetedIfOpen();
        const answer = this.#question(null, (question) => {
            this.#renewal = question;
        }, () => {
            this.#renewal = null;
        });
        this.#say(message);
        return (await answer)["progress"];
    }
    async #order(type, content, options) {
        const given = typeof content === "string" ? content : await octets(content);
        const name = options.name ?? (content instanceof File ? content.name : "");
        // The holder may take any time.
        const { type: _type, id: _id, perennial: _perennial, ...made } = await this.#ask({ ...options, type, name, content: given }, 0);
        return made;
    }
    /** @param patience in milliseconds; 0 or null: for as long as the window is open */
    #question(patience, begin, end) {
        return new Promise((resolve, reject) => {
            const ended = (then) => (value) => {
                clearTimeout(tooLate);
                end();
                then(value);
            };
            const question = { resolve: ended(resolve), reject: ended(reject) };
            const tooLate = patience ? setTimeout(() => question.reject(this.#error("A07")), patience) : undefined;
            begin(question);
            this.#look();
        });
    }
    /** Ends what waits for a window that the holder has closed. */
    #look() {
        clearInterval(this.#looking);
        this.#looking = setInterval(() => {
            if (!this.isOpen) {
                this.#allRefused("A07");
            }
            if (this.#questions.size === 0 && this.#renewal === null) {
                clearInterval(this.#looking);
            }
        }, LOOK_EVERY);
    }
    #allRefused(code) {
        for (const question of [...this.#questions.values(), this.#renewal]) {
            question?.reject(this.#error(code));
        }
    }
    async #greetedIfOpen() {
        if (!this.isOpen) {
            throw this.#error("A07");
        }
        await (this.#opening ?? this.#greeted());
    }
    #tell(kind, event) {
        this.#listeners.get(kind)?.forEach((listener) => listener(event));
    }
    #error(code) {
        return new PerennialError({ code }, this.#language);
    }
}
/** Octets as Base64, as servers like them. */
export function base64(given) {
    let text = "";
    given.forEach((octet) => {
        text += String.fromCharCode(octet);
    });
    return btoa(text);
}
async function octets(content) {
    return content instanceof Blob ? new Uint8Array(await content.arrayBuffer()) : new Uint8Array(content).slice();
}
function isMessage(data) {
    return typeof data === "object" && data !== null && "perennial" in data && data.perennial === 1
        && "type" in data && typeof data.type === "string";
}
/** A window that the browser has just made is readable; one that shows the component is not. */
function isBlank(opened) {
    try {
        return opened.location.href === "about:blank";
    }
    catch {
        return false;
    }
}
