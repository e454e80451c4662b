-- SPDX-License-Identifier: Apache-2.0

-- The succession of certificates on one key slot of one card: each renewal continues it.
CREATE TABLE ra.lineage (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    card_number   text,
    slot          text        NOT NULL CHECK (slot IN ('SIGNATURE', 'ENCRYPTION')),
    key_since     timestamptz NOT NULL,
    times_renewed integer     NOT NULL DEFAULT 0 CHECK (times_renewed >= 0)
);
CREATE INDEX lineage_card_number ON ra.lineage (card_number);

-- Every certificate of a lineage; the current one has ordinal = times_renewed.
CREATE TABLE ra.certificate (
    issuer        text    NOT NULL,
    serial_number text    NOT NULL,
    lineage       bigint  NOT NULL REFERENCES ra.lineage,
    ordinal       integer NOT NULL CHECK (ordinal >= 0),
    der           bytea   NOT NULL,
    PRIMARY KEY (issuer, serial_number)
);
CREATE INDEX certificate_lineage ON ra.certificate (lineage, ordinal);

CREATE TABLE ra.renewal (
    id              uuid        PRIMARY KEY,
    lineage         bigint      NOT NULL REFERENCES ra.lineage,
    ordinal         integer     NOT NULL CHECK (ordinal > 0),
    kind            text        NOT NULL CHECK (kind IN ('RENEWAL', 'RE_KEY')),
    old_certificate bytea       NOT NULL,
    created         timestamptz NOT NULL,
    refused         boolean     NOT NULL DEFAULT false,
    -- What was asked to be certified; present from the approval on.
    key_algorithm   text,
    key             bytea,
    proof           text
);
-- However many tabs, clicks and nodes: one n-th renewal of a lineage.
CREATE UNIQUE INDEX renewal_ordinal ON ra.renewal (lineage, ordinal) WHERE NOT refused;

CREATE TABLE ra.renewal_event (
    renewal       uuid        NOT NULL REFERENCES ra.renewal,
    sequence      integer     NOT NULL CHECK (sequence > 0),
    type          text        NOT NULL CHECK (type IN ('REQUESTED', 'APPROVED', 'ISSUED', 'CONFIRMED', 'REJECTED')),
    at            timestamptz NOT NULL,
    certificate   bytea,
    serial_number text,
    fail_info     text,
    explanation   text,
    PRIMARY KEY (renewal, sequence)
);

-- The transaction ids under which a renewal is known on the wire; the first is its own.
CREATE TABLE ra.transaction (
    id      uuid PRIMARY KEY,
    renewal uuid NOT NULL REFERENCES ra.renewal
);

CREATE TABLE ra.visit (
    token_hash  bytea       PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    card_number text        NOT NULL,
    created     timestamptz NOT NULL,
    expires     timestamptz NOT NULL
);
CREATE INDEX visit_created ON ra.visit (created);

CREATE TABLE ra.visit_renewal (
    visit    bytea   NOT NULL REFERENCES ra.visit ON DELETE CASCADE,
    position integer NOT NULL,
    renewal  uuid    NOT NULL REFERENCES ra.renewal,
    PRIMARY KEY (visit, position)
);

-- Facts are never changed afterwards.
CREATE FUNCTION ra.keep_fact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a renewal''s events are only added to';
END $$;
CREATE TRIGGER renewal_event_kept BEFORE UPDATE OR DELETE ON ra.renewal_event
    FOR EACH ROW EXECUTE FUNCTION ra.keep_fact();
