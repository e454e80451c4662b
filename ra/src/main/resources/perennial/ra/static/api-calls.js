// SPDX-License-Identifier: Apache-2.0
// Every call that a page can make: of perennial.js, and of the HiPKI dialect. A PIN is a parameter of none of them; the
// component's window asks for it.

const text = (value = "") => ({ kind: "text", value });
const long = (value = "") => ({ kind: "long", value });
const reader = { kind: "reader", value: "" };
const one = (...values) => ({ kind: "choice", values, value: values[0] });

const SAMPLE = "請確認:我同意辦理憑證展期。\nI agree to renew my certificates.";

/** `effect`: "reads", "pin" (the holder confirms with the PIN), "changes" (the card is not the same afterwards). */
const library = (name, effect, zh, en, parameters, carryOut) => ({
  family: "library", id: `library-${name}`, name: `${name}()`, effect, words: { "zh-TW": zh, en }, parameters, carryOut,
});

const octets = ({ content, encoding }) =>
  encoding === "base64" ? Uint8Array.from(atob(content.replace(/\s/g, "")), (character) => character.charCodeAt(0)) : content;
const chosen = ({ reader: name, ...others }) => (name === "" ? others : { reader: name, ...others });

const LIBRARY = [
  library("open", "reads", "開啟元件視窗，取得元件版本。", "Opens the component's window and tells its version.", {},
    async (card) => ({ version: await card.open() })),
  library("readers", "reads", "讀卡機與卡片。插拔時另以事件通知。", "Readers and cards. Changes are told as events.", {},
    (card) => card.readers()),
  library("card", "reads", "讀卡機內的卡片與憑證。", "The card in a reader, with its certificates.", { reader },
    (card, given) => card.card(given.reader)),
  library("sign", "pin", "簽章。持卡人在元件視窗確認內容並輸入PIN碼。", "Signs. The holder checks the content and types the PIN in the window.",
    {
      content: long(SAMPLE), encoding: one("text", "base64"), form: one("cms", "cms-detached", "value"),
      digest: one("SHA-256", "SHA-384", "SHA-512"), name: text(), reader,
    },
    (card, { content, encoding, ...options }) => card.sign(octets({ content, encoding }), chosen(options))),
  library("decrypt", "pin", "以卡片的加密金鑰解密。", "Decrypts with the card's encryption key.",
    { content: long(), encoding: one("base64"), form: one("cms", "rsa"), name: text(), reader },
    (card, { content, encoding, ...options }) => card.decrypt(octets({ content, encoding }), chosen(options))),
  library("renew", "changes", "以展期系統的票券展期；只限展期系統的網頁。", "Renews with a registration authority's ticket; for its own pages only.",
    { reader, ticket: text() }, (card, given) => card.renew(given.reader, given.ticket)),
  library("finish", "changes", "完成這台電腦上未完成的展期。", "Finishes a renewal that this computer has begun.", { reader },
    (card, given) => card.finish(given.reader)),
  library("close", "reads", "關閉元件視窗。", "Closes the window.", {}, async (card) => {
    card.close();
    return { closed: true };
  }),
];

const popup = (func, effect, zh, en, parameters, path = "/popupForm") => ({
  family: "dialect", id: `dialect-${func}`, name: func, effect, words: { "zh-TW": zh, en }, parameters, popup: path, func,
});
const http = (name, path, zh, en) => ({
  family: "http", id: `http-${name}`, name: `GET ${path}`, effect: "reads", words: { "zh-TW": zh, en }, parameters: {}, path,
});

const DIGEST = one("SHA256", "SHA384", "SHA512", "SHA1");
const CARD = "/CardManagement/CMCPopForm";
const authority = { caname: text("MOICA"), sid: text(), cardid: text() };
const slotDescription = reader;

/** Where the same is posted to, for curl. */
const PATHS = {
  MakeSignature: "/sign", umakeSig: "/umakeSig", DecryptData: "/decrypt", getChallenge: "/getChallenge", makeCsr: "/makeCsr",
  writecert: "/writecert", CheckEnvir: "/pkcs11info", GetUserCert: "/pkcs11info?withcert=true",
};

/** The path of a call of the dialect. */
export const pathOf = (call) => PATHS[call.func] ?? "/CardManagement/sendCardCommand";

const DIALECT = [
  popup("CheckEnvir", "reads", "讀卡機與卡片（pkcs11info）。", "Readers and cards (pkcs11info).", {}),
  popup("GetUserCert", "reads", "讀卡機、卡片與憑證（pkcs11info?withcert=true）。", "Readers, cards, certificates (pkcs11info?withcert=true).", {}),
  popup("MakeSignature", "pin", "簽章（/sign）：PKCS1、PKCS7，或RAW（tbs為雜湊值）。", "Signs (/sign): PKCS1, PKCS7, or RAW (tbs is a digest).",
    {
      signatureType: one("PKCS1", "PKCS7", "RAW"), tbs: long(SAMPLE), tbsEncoding: one("NONE", "base64"), hashAlgorithm: DIGEST,
      checkValidity: one("false", "true"), withCardSN: one("false", "true"), withSigningTime: one("false", "true"), nonce: text(),
      slotDescription,
    }),
  popup("umakeSig", "pin", "簽章，結果放在data內。", "Signs; the result is inside data.",
    { signatureType: one("PKCS7", "PKCS1"), tbs: long(SAMPLE), tbsEncoding: one("NONE", "base64"), hashAlgorithm: DIGEST }, "/ChtPopupForm"),
  popup("DecryptData", "pin", "解密（/decrypt）。", "Decrypts (/decrypt).",
    { cipher: long(), cipherType: one("PKCS7", "PKCS1"), plainEncoding: one("none", "base64") }),
  popup("getChallenge", "reads", "取得亂數。", "A random number for the page.", {}, "/ChtPopupForm"),
  popup("makeCsr", "pin", "以現有金鑰產生憑證請求檔（PKCS#10）。", "A certificate request (PKCS#10) with the key that is there.",
    { keyid: text(), hashAlgorithm: DIGEST, challenge: text() }, "/ChtPopupForm"),
  popup("writecert", "changes", "寫入憑證。", "Writes a certificate to the card.", { type: text("0"), value: long(), useChallenge: text("false") }, "/ChtPopupForm"),
  popup("changeUserPINCode", "changes", "變更PIN碼；新舊PIN碼都在元件視窗輸入。", "Changes the PIN; both are typed in the window.", { readername: reader, cardid: text() }, "/ChtPopupForm"),
  popup("bulidResetUserPINRequest", "reads", "產生PIN碼重設請求。", "A request to reset the PIN.", authority, CARD),
  popup("resetUserPIN", "changes", "以發卡單位的回應重設PIN碼。", "Resets the PIN with the office's answer.", { ...authority, cmsresponse: long() }, CARD),
  popup("bulidUnblockCardRequest", "reads", "產生鎖卡解碼請求。", "A request to unlock the card.", authority, CARD),
  popup("unblockCard", "changes", "以發卡單位的回應解鎖。", "Unlocks the card with the office's answer.", { ...authority, cmsresponse: long() }, CARD),
  popup("buildOpenCardGetUserPINRequest", "reads", "產生開卡請求。", "A request to open the card.", authority, CARD),
  popup("buildOpenCardValidateUserRequest", "reads", "開卡的第一步。", "The first step of opening the card.", { ...authority, cmsresponse: long() }, CARD),
  popup("openCard", "changes", "開卡。", "Opens the card.", { ...authority, cmsresponse: long() }, CARD),
];

const PLAIN = [
  http("version", "/", "元件版本。", "The component's version."),
  http("pkcs11info", "/pkcs11info", "讀卡機與卡片。", "Readers and cards."),
  http("certificates", "/pkcs11info?withcert=true", "讀卡機、卡片與憑證。", "Readers, cards, certificates."),
  http("image", "/p11Image.bmp", "以圖片傳回的pkcs11info。", "pkcs11info in a picture."),
  http("waiting", "/waiting.gif", "等待圖示。", "The picture for waiting."),
  http("addDomain", "/addDomain?domain={host}", "請持卡人允許這個網站。", "Asks the holder to allow this site."),
  http("unsupported", "/eIDPM/ListEID", "不支援：0x7600000E。", "Not supported: 0x7600000E."),
];

export const CALLS = [...LIBRARY, ...DIALECT, ...PLAIN];
