-- What the authority means to issue: written before the signature exists, never changed.
CREATE TABLE issuance_intent (
    serial_number  bytea       PRIMARY KEY,          -- content octets of the INTEGER
    transaction_id uuid        NOT NULL UNIQUE,
    request_digest bytea       NOT NULL,             -- SHA-256 of what was asked for
    replaces       bytea       UNIQUE,               -- a certificate is renewed at most once
    profile        text        NOT NULL,
    tbs            bytea       NOT NULL,             -- exactly what is signed, linted
    intended_at    timestamptz NOT NULL
);

-- Thin and hot: one row for each serial number that was ever intended.
CREATE TABLE certificate_status (
    serial_number     bytea       PRIMARY KEY REFERENCES issuance_intent,
    not_after         timestamptz NOT NULL,
    issued_at         timestamptz,                   -- null until the certificate is stored
    revocation_time   timestamptz,
    revocation_reason smallint,                      -- CRLReason, RFC 5280 5.3.1
    CHECK ((revocation_time IS NULL) = (revocation_reason IS NULL))
);
CREATE INDEX certificate_status_revoked ON certificate_status (serial_number)
    WHERE revocation_time IS NOT NULL;

-- Thick and cold.
CREATE TABLE certificate (
    serial_number bytea PRIMARY KEY REFERENCES issuance_intent,
    der           bytea NOT NULL
);
