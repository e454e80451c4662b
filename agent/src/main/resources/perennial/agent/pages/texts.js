// SPDX-License-Identifier: Apache-2.0
// What the agent's window says, in both languages. Causes and remedies come from the agent; only what the agent
// answers without words (C06, N03) or cannot tell because it is gone (A04) is told here.

const zhTW = {
  name: "常青元件",
  otherLanguage: "English",
  idleTitle: "元件已就緒",
  connected: "要求服務的網站：",
  keepOpen: "請回到展期網頁繼續；作業期間請勿關閉此視窗。",
  readers: "讀卡機與卡片",
  tools: "IC卡工具：檢視卡片、變更PIN碼、鎖卡解碼、簽章與解密",
  selfTest: "IC卡功能檢測：確認這台電腦能否正常使用IC卡",
  noReader: "找不到讀卡機，請接上讀卡機。",
  noCard: "沒有卡片",
  cardIn: "卡號:[{number}]",
  unfinished: "未完成的展期",
  unfinishedText: "已完成的步驟都已保存，插入同一張IC卡即可繼續。",
  unfinishedCard: "卡號 {number}，{since} 開始，進行到「{step}」",
  finish: "完成展期",
  insertCard: "請插入這張卡片",
  pinTitle: "請輸入PIN碼",
  site: "要求展期的網站",
  holder: "持卡人",
  cardNumber: "卡號",
  toRenew: "將展期的憑證",
  resumes: "從中斷處繼續完成，不會重複簽發。",
  until: "{use}（效期至 {date}）",
  pin: "PIN碼",
  pinHint: "6至8個英數字。格式不符不會扣除嘗試次數。",
  tries: "還可以嘗試 {tries} 次。",
  wrong: "PIN碼錯誤，還可以嘗試 {tries} 次。",
  shape: "PIN碼須為6至8個字元；這次沒有扣除嘗試次數。",
  lastTry: "只剩最後一次機會，再輸入錯誤就會鎖卡。若不確定PIN碼，請先停止並洽發卡單位。",
  consent: "我了解再錯一次就會鎖卡，仍要輸入PIN碼。",
  consentMissing: "請先勾選同意，再輸入PIN碼。",
  submit: "確認，開始展期",
  second: "第二組密碼（管理金鑰或SO PIN）",
  secondHint: "寫入這張卡片時需要；隨卡片附上，沒有時請洽發卡單位。",
  secondShape: "第二組密碼是1至64個英數字或符號。",
  pinPromise: "PIN碼只交給卡片，不會傳給任何網站。",
  checkingPin: "正在驗證PIN碼…",
  working: "展期進行中，請稍候…",
  preparing: "正在讀取卡片…",
  runTitle: "憑證線上展期",
  steps: "展期步驟",
  stepCount: "步驟 {step} / {steps}",
  stepComplete: "（已完成）",
  START: "開始",
  REQUEST: "產生憑證請求檔",
  SEND: "傳送至CA",
  WRITE: "寫入憑證",
  DONE: "完成",
  doNotRemove: "請勿取出卡片",
  doNotRemoveText: "系統正在使用IC卡，請勿取出卡片或關閉此視窗。",
  signature: "簽章憑證",
  encryption: "加密憑證",
  WAITING: "等待中",
  REQUESTED: "已送出請求",
  ISSUED: "已簽發，待寫入",
  INSTALLED: "已寫入IC卡",
  CONFIRMED: "完成",
  REFUSED: "未完成",
  success: "憑證展期成功",
  successText: "新憑證已寫入IC卡，現在可以取出卡片。",
  failedTitle: "展期尚未完成",
  blockedTitle: "IC卡已鎖卡",
  code: "錯誤代碼",
  retry: "再試一次",
  close: "關閉視窗",
  N03: {
    cause: "展期系統拒絕了這次展期。",
    remedy: "請依畫面所示的原因處理，或洽發卡單位。",
  },
  A04: {
    cause: "常青元件已停止執行。",
    remedy: "請重新啟動元件，再回到展期網頁按「偵測憑證IC卡」；已完成的步驟都已保存。",
  },
  C06: {
    cause: "PIN碼連續輸入錯誤，IC卡已鎖卡。",
    remedy: "請勿再嘗試，請先以PUK碼或向發卡單位申請鎖卡解碼；解碼後重新開啟展期網頁即可繼續。",
  },
};

const en = {
  name: "Perennial component",
  otherLanguage: "中文",
  idleTitle: "The component is ready",
  connected: "Site that asks: ",
  keepOpen: "Go on in the renewal page. Keep this window open while you work.",
  readers: "Readers and cards",
  tools: "Card tools: see the card, change the PIN, unlock, sign, decrypt",
  selfTest: "Self-test: does the card work on this computer?",
  noReader: "No card reader was found. Plug the reader in.",
  noCard: "No card",
  cardIn: "Card number:[{number}]",
  unfinished: "Unfinished renewals",
  unfinishedText: "Everything done so far is kept. Insert the same card to continue.",
  unfinishedCard: 'Card {number}, begun {since}, as far as "{step}"',
  finish: "Finish renewal",
  insertCard: "Insert this card",
  pinTitle: "Enter your PIN",
  site: "Site that asks",
  holder: "Card holder",
  cardNumber: "Card number",
  toRenew: "To be renewed",
  resumes: "Continues where it stopped; nothing is issued twice.",
  until: "{use} (valid until {date})",
  pin: "PIN",
  pinHint: "6 to 8 letters or digits. A wrong length does not cost a try.",
  tries: "Tries left: {tries}.",
  wrong: "Wrong PIN. Tries left: {tries}.",
  shape: "A PIN has 6 to 8 characters; this did not cost a try.",
  lastTry: "One try is left; another wrong PIN locks the card. If you are not sure, stop and ask the office that issued it.",
  consent: "I understand that another wrong PIN locks the card, and I want to enter it.",
  consentMissing: "Tick the consent first, then enter the PIN.",
  submit: "Confirm and renew",
  second: "Second secret (management key or SO PIN)",
  secondHint: "This card needs it to be written. It came with the card; if not, ask the issuer.",
  secondShape: "The second secret has 1 to 64 letters, digits or signs.",
  pinPromise: "Your PIN goes to the card only, never to a web site.",
  checkingPin: "Checking the PIN...",
  working: "Renewal in progress, please wait...",
  preparing: "Reading the card...",
  runTitle: "Renewing certificates",
  steps: "Renewal steps",
  stepCount: "Step {step} of {steps}",
  stepComplete: "(complete)",
  START: "Start",
  REQUEST: "Create request",
  SEND: "Send to CA",
  WRITE: "Write certificate",
  DONE: "Done",
  doNotRemove: "Do not remove the card",
  doNotRemoveText: "The card is being used. Do not remove it and do not close this window.",
  signature: "Signature certificate",
  encryption: "Encryption certificate",
  WAITING: "Waiting",
  REQUESTED: "Requested",
  ISSUED: "Issued, to be written",
  INSTALLED: "Written to the card",
  CONFIRMED: "Done",
  REFUSED: "Not completed",
  success: "Certificates renewed",
  successText: "The new certificates are on your card. You may take it out now.",
  failedTitle: "The renewal is not complete",
  blockedTitle: "The card is locked",
  code: "Error code",
  retry: "Try again",
  close: "Close window",
  N03: {
    cause: "The renewal service refused this renewal.",
    remedy: "Follow the reason shown, or ask the office that issued the card.",
  },
  A04: {
    cause: "The Perennial component has stopped.",
    remedy: 'Start it again, then choose "Detect card" in the renewal page; everything done so far is kept.',
  },
  C06: {
    cause: "The PIN was wrong too often and the card is locked.",
    remedy:
      "Do not try again; unlock the card with its PUK or through the office that issued it. Then open the renewal page again to continue.",
  },
};

const wanted = new URLSearchParams(location.search).get("lang") ?? navigator.language;

/** The window's language, zh-TW or en. */
export const language = wanted.startsWith("zh") ? "zh-TW" : "en";
export const texts = language === "zh-TW" ? zhTW : en;

/** The names between braces in the text, replaced. */
export function fill(text, values) {
  return Object.entries(values).reduce((filled, [name, value]) => filled.replace(`{${name}}`, value), text);
}

/** A date as the card system's manual writes it, 2026年05月09日, or in English words. */
export function date(instant) {
  const day = new Date(instant);
  const two = (number) => String(number).padStart(2, "0");
  return language === "zh-TW"
    ? `${day.getFullYear()}年${two(day.getMonth() + 1)}月${two(day.getDate())}日`
    : day.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
}
