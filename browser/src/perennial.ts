// SPDX-License-Identifier: Apache-2.0
// Certificate cards in web pages, through the Perennial component on the holder's computer. Opening its window is a
// navigation, which browsers allow from a public site to localhost; a fetch would need a permission. Messages go to the
// component's exact origin and are taken from that origin and that very window only. A PIN never comes here.
// Built by browser/build from browser/src/perennial.ts; the messages: docs/window-protocol.md.

export type Language = "zh-TW" | "en";
export type Digest = "SHA-256" | "SHA-384" | "SHA-512";
/** CMS with the content inside, CMS beside it, or the bare value: RSASSA-PKCS1-v1_5, or ECDSA in DER. */
export type SignatureForm = "cms" | "cms-detached" | "value";
/** EnvelopedData, or RSAES-PKCS1-v1_5. */
export type CipherForm = "cms" | "rsa";

export interface Words { readonly cause: string; readonly remedy: string }

/** What went wrong, as the component says it. */
export interface Problem extends Words {
  readonly code: string;
  readonly words?: Partial<Record<Language, Words>>;
}

export interface Reader {
  readonly name: string;
  readonly cardPresent: boolean;
  readonly cardNumber: string | null;
  readonly problem: Problem | null;
}

export interface Certificate {
  readonly slot: "AUTHENTICATION" | "DIGITAL_SIGNATURE" | "KEY_MANAGEMENT" | (string & {});
  /** DER in Base64. */
  readonly der: string;
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  /** ISO 8601. */
  readonly notBefore: string;
  readonly notAfter: string;
}

export interface Card {
  readonly reader: string;
  readonly cardNumber: string;
  readonly triesLeft: number;
  readonly certificates: readonly Certificate[];
  /** Whether a renewal of it was begun and not finished. */
  readonly unfinished: boolean;
}

/** How a renewal goes; further fields as in docs/window-protocol.md. */
export interface Progress {
  readonly step: "START" | "REQUEST" | "SEND" | "WRITE" | "DONE";
  readonly cardInUse: boolean;
  readonly finished: boolean;
  readonly certificates: readonly { readonly slot: string; readonly state: string }[];
}

export interface Signature {
  readonly signature: Uint8Array;
  /** The signer's, in DER. */
  readonly certificate: Uint8Array;
  readonly cardNumber: string;
  readonly form: SignatureForm;
  readonly digest: Digest;
}

export interface Decrypted { readonly content: Uint8Array; readonly cardNumber: string }

export type Content = string | Uint8Array | ArrayBuffer | Blob;

export interface SignOptions {
  /** A reader's name; the first with a card if there is none. */
  readonly reader?: string;
  readonly form?: SignatureForm;
  readonly digest?: Digest;
  /** What the holder reads beside content that is no text; a File has its own. */
  readonly name?: string;
}

export interface DecryptOptions {
  readonly reader?: string;
  readonly form?: CipherForm;
  readonly name?: string;
}

export interface Options {
  /** Where the component listens. */
  readonly component?: string;
  /** What the window speaks; the browser's language if there is none. */
  readonly language?: Language;
  /**
   * How long an opened window may be silent before the component counts as missing, in milliseconds. A site that is on
   * the component's list is answered at once and may take 4000; others wait until the holder has allowed them.
   */
  readonly patience?: number;
}

export interface Events {
  /** Readers or cards have changed. */
  readers: readonly Reader[];
  /** A renewal went on. */
  progress: Progress;
  /** Something went wrong that no call waits for. */
  problem: PerennialError;
  /** The window has been silent for four seconds: it asks the holder, or there is no component. */
  quiet: PerennialError;
}

/** Why a call was not answered: a code that never changes its meaning, and words for a person. */
export class PerennialError extends Error {
  readonly code: string;
  override readonly cause: string;
  readonly remedy: string;
  /** Both languages. */
  readonly words: Partial<Record<Language, Words>>;

  constructor(problem: Partial<Problem> & { readonly code: string }, language: Language = "en") {
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
const OWN_WORDS: Record<string, Record<Language, Words>> = {
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

type Message = Readonly<Record<string, unknown>> & { readonly type: string };
interface Question { resolve(message: Message): void; reject(error: PerennialError): void }
type Listener<K extends keyof Events> = (event: Events[K]) => void;

/** One visit of one person: all its calls go through one window. */
export class Perennial {
  readonly #component: string;
  readonly #language: Language;
  readonly #patience: number;
  readonly #questions = new Map<number, Question>();
  readonly #listeners = new Map<keyof Events, Set<(event: never) => void>>();
  #window: Window | null = null;
  #version: string | null = null;
  #leftFromBefore = false;
  #whenAnswered: () => void = () => {};
  #opening: Promise<string> | null = null;
  #renewal: Question | null = null;
  #lastId = 0;
  #looking: ReturnType<typeof setInterval> | undefined;

  constructor(options: Options = {}) {
    this.#component = new URL(options.component ?? COMPONENT).origin;
    this.#language = options.language ?? (navigator.language.startsWith("zh") ? "zh-TW" : "en");
    this.#patience = options.patience ?? PATIENCE;
    addEventListener("message", (event) => this.#hear(event));
  }

  /** The component's version; null before it has answered. */
  get version(): string | null {
    return this.#version;
  }

  get isOpen(): boolean {
    return this.#window !== null && !this.#window.closed;
  }

  /**
   * Opens the window or brings it to the front, and waits for the component's version. Call it in the click itself, before
   * anything is awaited, or the browser blocks the window (A05). Every other call needs an open window.
   */
  async open(): Promise<string> {
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
  close(): void {
    this.#window?.close();
    this.#window = null;
    this.#version = null;
    sessionStorage.removeItem(OPENED);
    this.#allRefused("A07");
  }

  /** The readers and the cards in them, asked anew. */
  async readers(): Promise<readonly Reader[]> {
    return (await this.#ask({ type: "detect" }, PATIENCE_WITH_CARD))["readers"] as readonly Reader[];
  }

  /** The card in a reader, with its certificates. */
  async card(reader: string): Promise<Card> {
    return (await this.#ask({ type: "read", reader }, PATIENCE_WITH_CARD))["card"] as Card;
  }

  /**
   * Has the holder sign in the window. Text is shown there whole, other content by name, length and SHA-256; at most
   * 16 MiB. Refused by the holder: A14.
   */
  async sign(content: Content, options: SignOptions = {}): Promise<Signature> {
    const { form = "cms", digest = "SHA-256" } = options;
    return (await this.#order("sign", content, { ...options, form, digest })) as unknown as Signature;
  }

  /** Has the holder decrypt in the window, with the card's encryption key. */
  async decrypt(content: Content, options: DecryptOptions = {}): Promise<Decrypted> {
    return (await this.#order("decrypt", content, { form: "cms", ...options })) as unknown as Decrypted;
  }

  /**
   * Renews a card's certificates with a registration authority's ticket; only for pages of such an authority. Ends when
   * the new certificates are on the card and confirmed. How it goes is told by `progress`.
   */
  renew(reader: string, ticket: string): Promise<Progress> {
    return this.#renewing({ type: "renew", reader, ticket });
  }

  /** Finishes a renewal that this computer has begun. */
  finish(reader: string): Promise<Progress> {
    return this.#renewing({ type: "finish", reader });
  }

  /** Calls the listener at every such event. Returns how to end that. */
  on<K extends keyof Events>(kind: K, listener: Listener<K>): () => void {
    const all = this.#listeners.get(kind) ?? new Set();
    this.#listeners.set(kind, all.add(listener));
    return () => all.delete(listener);
  }

  // --- the window ------------------------------------------------------------------------------------------------

  #show(): void {
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

  async #greeted(): Promise<string> {
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
    } finally {
      clearInterval(greeting);
    }
  }

  /** A slow computer's window may speak up after all; then the page is told of the readers. */
  async #closeUnlessLate(silent: Window | null): Promise<void> {
    const greeting = setInterval(() => this.#say({ type: "hello" }), GREET_EVERY);
    const heard = await this.#answerWithin(PATIENCE_WHEN_LATE);
    clearInterval(greeting);
    if (heard) {
      this.#say({ type: "detect" });
    } else if (this.#version === null && this.#window === silent) {
      this.close();
    }
  }

  /** Whether the component answers in time. A window that the holder closes will not. */
  #answerWithin(patience: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (heard: boolean) => () => {
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

  #say(message: Message, transfer: Transferable[] = []): void {
    if (this.isOpen) {
      this.#window?.postMessage({ perennial: 1, ...message }, this.#component, transfer);
    }
  }

  #hear(event: MessageEvent): void {
    if (this.#window === null || event.source !== this.#window || event.origin !== this.#component) {
      return;
    }
    const message: unknown = event.data;
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
      this.#tell("readers", message["readers"] as readonly Reader[]);
    } else if (message.type === "progress") {
      this.#hearProgress(message["progress"] as Progress & { readonly problem?: Problem });
    }
    this.#questions.get(Number(message["id"]))?.resolve(message);
  }

  #hearProblem(message: Message): void {
    const error = new PerennialError(message["problem"] as Problem, this.#language);
    const question = message["about"] === "renewal" ? this.#renewal : this.#questions.get(Number(message["id"]));
    if (question) {
      question.reject(error);
    } else {
      this.#tell("problem", error);
    }
  }

  #hearProgress(progress: Progress & { readonly problem?: Problem }): void {
    this.#tell("progress", progress);
    if (progress.finished && !progress.problem && progress.certificates.every((one) => one.state === "CONFIRMED")) {
      this.#renewal?.resolve({ type: "progress", progress });
    }
  }

  async #ask(message: Message, patience: number): Promise<Message> {
    await this.#greetedIfOpen();
    const id = ++this.#lastId;
    const answer = this.#question(patience, (question) => this.#questions.set(id, question), () => this.#questions.delete(id));
    this.#say({ ...message, id });
    return answer;
  }

  async #renewing(message: Message): Promise<Progress> {
    await this.#greetedIfOpen();
    const answer = this.#question(
      null,
      (question) => {
        this.#renewal = question;
      },
      () => {
        this.#renewal = null;
      },
    );
    this.#say(message);
    return (await answer)["progress"] as Progress;
  }

  async #order(type: "sign" | "decrypt", content: Content, options: SignOptions | DecryptOptions): Promise<unknown> {
    const given = typeof content === "string" ? content : await octets(content);
    const name = options.name ?? (content instanceof File ? content.name : "");
    // The holder may take any time.
    const { type: _type, id: _id, perennial: _perennial, ...made } = await this.#ask({ ...options, type, name, content: given }, 0);
    return made;
  }

  /** @param patience in milliseconds; 0 or null: for as long as the window is open */
  #question(patience: number | null, begin: (question: Question) => void, end: () => void): Promise<Message> {
    return new Promise((resolve, reject) => {
      const ended = <T>(then: (value: T) => void) => (value: T): void => {
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
  #look(): void {
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

  #allRefused(code: string): void {
    for (const question of [...this.#questions.values(), this.#renewal]) {
      question?.reject(this.#error(code));
    }
  }

  async #greetedIfOpen(): Promise<void> {
    if (!this.isOpen) {
      throw this.#error("A07");
    }
    await (this.#opening ?? this.#greeted());
  }

  #tell<K extends keyof Events>(kind: K, event: Events[K]): void {
    this.#listeners.get(kind)?.forEach((listener) => (listener as Listener<K>)(event));
  }

  #error(code: string): PerennialError {
    return new PerennialError({ code }, this.#language);
  }
}

/** Octets as Base64, as servers like them. */
export function base64(given: Uint8Array): string {
  let text = "";
  given.forEach((octet) => {
    text += String.fromCharCode(octet);
  });
  return btoa(text);
}

async function octets(content: Exclude<Content, string>): Promise<Uint8Array> {
  return content instanceof Blob ? new Uint8Array(await content.arrayBuffer()) : new Uint8Array(content).slice();
}

function isMessage(data: unknown): data is Message {
  return typeof data === "object" && data !== null && "perennial" in data && data.perennial === 1
    && "type" in data && typeof data.type === "string";
}

/** A window that the browser has just made is readable; one that shows the component is not. */
function isBlank(opened: Window): boolean {
  try {
    return opened.location.href === "about:blank";
  } catch {
    return false;
  }
}
