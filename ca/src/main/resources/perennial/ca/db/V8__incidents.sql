-- Certificates that have to be replaced before they end. What an incident covers is said by when
-- and by which profile it was issued, or one by one: a row for each certificate of a batch of
-- millions would have to be written first.
CREATE TABLE incident (
    incident_id  uuid        PRIMARY KEY,
    authority_id smallint    NOT NULL,
    declared_at  timestamptz NOT NULL,
    replace_by   timestamptz NOT NULL,               -- what is left then is to be revoked
    explanation  text        NOT NULL,               -- where holders read about it
    profile      text,                               -- null for every profile
    issued_from  timestamptz,
    issued_until timestamptz,
    listed       boolean     NOT NULL,               -- only what stands in incident_certificate
    withdrawn_at timestamptz,
    CHECK (declared_at < replace_by)
);
CREATE INDEX incident_open ON incident (authority_id) WHERE withdrawn_at IS NULL;

CREATE TABLE incident_certificate (
    serial_number bytea NOT NULL,
    incident_id   uuid  NOT NULL REFERENCES incident,
    PRIMARY KEY (serial_number, incident_id)
);

-- Lists of an authority's certificates go on after (not_after, serial_number).
CREATE INDEX certificate_status_by_end ON certificate_status (authority_id, not_after, serial_number);
