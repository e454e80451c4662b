-- SPDX-License-Identifier: Apache-2.0

-- The transaction under which the certification authority is asked for a renewal's present key;
-- null for the renewal's own id. A key that takes another's place is asked for under a new one.
ALTER TABLE ra.renewal ADD COLUMN authority_transaction uuid UNIQUE;

-- Keys that were to be certified until the holder's card made another one. The authority may have
-- been asked for any of them, and what it issued then is of no use to anyone.
CREATE TABLE ra.replaced_key (
    renewal               uuid        NOT NULL REFERENCES ra.renewal,
    authority_transaction uuid        NOT NULL PRIMARY KEY,
    key_algorithm         text        NOT NULL,
    key                   bytea       NOT NULL,
    proof                 text        NOT NULL,
    replaced              timestamptz NOT NULL
);
CREATE INDEX replaced_key_renewal ON ra.replaced_key (renewal);

-- A permission to overwrite a key: messages under its secret are the holder's. The secret is wiped
-- when the renewal ends.
CREATE TABLE ra.permission (
    renewal   uuid        PRIMARY KEY REFERENCES ra.renewal,
    reference bytea       NOT NULL UNIQUE,
    secret    bytea       CHECK (octet_length(secret) BETWEEN 16 AND 64),
    granted   timestamptz NOT NULL
);
