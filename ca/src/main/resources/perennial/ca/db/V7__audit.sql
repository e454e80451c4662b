-- How far each node's audit log goes: a log that ends before its head was shortened or is an old
-- copy; a head behind what the log says it was shows an old copy of this database.
CREATE TABLE audit_head (
    node        text        PRIMARY KEY,
    public_key  bytea       NOT NULL,          -- SubjectPublicKeyInfo, Ed25519
    sequence    bigint      NOT NULL,
    hash        bytea       NOT NULL,          -- SHA-256 of the last record
    anchored_at timestamptz NOT NULL
);
