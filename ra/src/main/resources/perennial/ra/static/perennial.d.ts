export type Language = "zh-TW" | "en";
export type Digest = "SHA-256" | "SHA-384" | "SHA-512";
/** CMS with the content inside, CMS beside it, or the bare value: RSASSA-PKCS1-v1_5, or ECDSA in DER. */
export type SignatureForm = "cms" | "cms-detached" | "value";
/** EnvelopedData, or RSAES-PKCS1-v1_5. */
export type CipherForm = "cms" | "rsa";
export interface Words {
    readonly cause: string;
    readonly remedy: string;
}
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
    readonly certificates: readonly {
        readonly slot: string;
        readonly state: string;
    }[];
}
export interface Signature {
    readonly signature: Uint8Array;
    /** The signer's, in DER. */
    readonly certificate: Uint8Array;
    readonly cardNumber: string;
    readonly form: SignatureForm;
    readonly digest: Digest;
}
export interface Decrypted {
    readonly content: Uint8Array;
    readonly cardNumber: string;
}
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
export declare class PerennialError extends Error {
    readonly code: string;
    readonly cause: string;
    readonly remedy: string;
    /** Both languages. */
    readonly words: Partial<Record<Language, Words>>;
    constructor(problem: Partial<Problem> & {
        readonly code: string;
    }, language?: Language);
}
type Listener<K extends keyof Events> = (event: Events[K]) => void;
/** One visit of one person: all its calls go through one window. */
export declare class Perennial {
    #private;
    constructor(options?: Options);
    /** The component's version; null before it has answered. */
    get version(): string | null;
    get isOpen(): boolean;
    /**
     * Opens the window or brings it to the front, and waits for the component's version. Call it in the click itself, before
     * anything is awaited, or the browser blocks the window (A05). Every other call needs an open window.
     */
    open(): Promise<string>;
    /** Closes the window. What a renewal has begun, the component finishes. */
    close(): void;
    /** The readers and the cards in them, asked anew. */
    readers(): Promise<readonly Reader[]>;
    /** The card in a reader, with its certificates. */
    card(reader: string): Promise<Card>;
    /**
     * Has the holder sign in the window. Text is shown there whole, other content by name, length and SHA-256; at most
     * 16 MiB. Refused by the holder: A14.
     */
    sign(content: Content, options?: SignOptions): Promise<Signature>;
    /** Has the holder decrypt in the window, with the card's encryption key. */
    decrypt(content: Content, options?: DecryptOptions): Promise<Decrypted>;
    /**
     * Renews a card's certificates with a registration authority's ticket; only for pages of such an authority. Ends when
     * the new certificates are on the card and confirmed. How it goes is told by `progress`.
     */
    renew(reader: string, ticket: string): Promise<Progress>;
    /** Finishes a renewal that this computer has begun. */
    finish(reader: string): Promise<Progress>;
    /** Calls the listener at every such event. Returns how to end that. */
    on<K extends keyof Events>(kind: K, listener: Listener<K>): () => void;
}
/** Octets as Base64, as servers like them. */
export declare function base64(given: Uint8Array): string;
export {};
