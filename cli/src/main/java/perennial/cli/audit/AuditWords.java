// SPDX-License-Identifier: Apache-2.0
package perennial.cli.audit;

import perennial.ca.audit.AuditFinding.Kind;
import perennial.cli.Console;

/// What a finding means, in the person's language.
final class AuditWords {
    private AuditWords() {}

    static String of(Kind kind, Console console) {
        return switch (kind) {
            case NOT_A_RECORD -> console.choose("不是紀錄", "not a record");
            case SIGNATURE_WRONG ->
                    console.choose("紀錄被更改，或由其他金鑰簽署", "changed, or signed by another key");
            case CHAIN_BROKEN -> console.choose("前一筆紀錄被換過", "the record before was exchanged");
            case RECORDS_MISSING ->
                    console.choose("紀錄缺漏、重複或次序不對", "records are missing, repeated or out of order");
            case BEGINNING_MISSING -> console.choose("缺少開頭的紀錄", "the first records are missing");
            case END_MISSING ->
                    console.choose(
                            "資料庫看過更後面的紀錄：紀錄被截短，或是舊的複本",
                            "the database has seen later records: shortened, or an old copy");
            case HEAD_DIFFERS ->
                    console.choose("資料庫看過不同的這一筆", "the database has seen another record here");
            case DATABASE_OLDER ->
                    console.choose(
                            "資料庫是舊的複本：它看過的紀錄比現在多",
                            "the database is an old copy: it had seen more records than it knows"
                                    + " of");
            case KEY_DIFFERS -> console.choose("金鑰與預期不同", "not the expected key");
            case KEY_MISSING -> console.choose("缺少公開金鑰", "the public key is missing");
            case LOG_MISSING ->
                    console.choose(
                            "資料庫認得的節點，這裡沒有其紀錄", "the database knows this node; no records here");
            case CERTIFICATE_UNRECORDED ->
                    console.choose("資料庫中的憑證沒有簽發紀錄", "a certificate that no record announced");
            case CERTIFICATE_LOST ->
                    console.choose(
                            "已簽發的憑證不在資料庫中，或內容不同",
                            "issued, and not in the database or another one there");
            case REVOCATION_UNRECORDED ->
                    console.choose("資料庫中的廢止沒有紀錄", "revoked in the database, and no record says so");
            case REVOCATION_LOST ->
                    console.choose(
                            "資料庫未反映最後一次狀態變更",
                            "the database does not show the last change of status");
            case TORN_END -> console.choose("最後一行不完整", "the last line is not whole");
            case RECOVERED ->
                    console.choose("當機時未寫完的紀錄已捨去", "a record cut off by a crash was dropped");
            case EVENTS_LOST ->
                    console.choose("磁碟滿時遺失的事件", "events were lost while the disk was full");
            case ACCEPTED -> console.choose("操作者決定繼續", "an operator went on");
            case RESTORED -> console.choose("資料庫曾由備份還原", "the database was restored from a backup");
            case CLOCK_BACK -> console.choose("時鐘倒退", "the clock went back");
        };
    }
}
