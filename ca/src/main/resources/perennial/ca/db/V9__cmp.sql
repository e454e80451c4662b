-- One row for each enrolment over CMP: who asked for what, written before the authority is asked, so
-- that the same message again, a poll and a confirmation find it on every node.
CREATE TABLE cmp_enrolment (
    transaction_id   uuid        PRIMARY KEY,         -- the transactionID of RFC 9483
    authority_id     smallint    NOT NULL,
    begun_by         text        NOT NULL,            -- subject digest or secret reference
    kind             text        NOT NULL,            -- ir, cr, p10cr, kur in upper case
    profile          text        NOT NULL,
    subject          bytea       NOT NULL,            -- Name, DER
    key_algorithm    text        NOT NULL,            -- the JDK's name
    public_key       bytea       NOT NULL,            -- SubjectPublicKeyInfo, DER
    proof            text        NOT NULL,            -- of possession
    replaces         bytea,                           -- serial number
    not_after        timestamptz,                     -- an earlier end that was asked for
    implicit_confirm boolean     NOT NULL,            -- asked for and allowed
    confirm_by       timestamptz,                     -- null until the certificate is issued
    ending           text        NOT NULL DEFAULT 'OPEN'
);
CREATE INDEX cmp_enrolment_unconfirmed ON cmp_enrolment (authority_id, confirm_by)
    WHERE ending = 'OPEN';

-- The secret itself is nowhere: it is computed from the reference with a key beside the database.
CREATE TABLE enrolment_secret (
    reference    bytea       PRIMARY KEY,
    authority_id smallint    NOT NULL,
    subject      bytea       NOT NULL,                -- Name, DER
    profile      text        NOT NULL,
    expires_at   timestamptz NOT NULL,
    used_by      uuid                                 -- the one transaction it served
);
