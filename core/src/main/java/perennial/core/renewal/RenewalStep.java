// SPDX-License-Identifier: Apache-2.0
package perennial.core.renewal;

/// The five steps that a holder sees, in their order: 開始 → 產生憑證請求檔 → 傳送至CA → 寫入憑證 → 完成.
public enum RenewalStep {
    START,
    REQUEST,
    SEND,
    WRITE,
    DONE
}
