-- One row for each issuing key: several authorities in one database, and the old and the new key of
-- one authority beside each other (RFC 9810 4.4). What was issued so far is the first one's.
ALTER TABLE authority DROP COLUMN one;
ALTER TABLE authority ADD COLUMN authority_id smallint NOT NULL DEFAULT 1;
ALTER TABLE authority ALTER COLUMN authority_id DROP DEFAULT;
ALTER TABLE authority ADD PRIMARY KEY (authority_id);
ALTER TABLE authority ADD COLUMN name text NOT NULL DEFAULT 'issuing';
ALTER TABLE authority ALTER COLUMN name DROP DEFAULT;
ALTER TABLE authority ADD UNIQUE (name);
ALTER TABLE authority ADD UNIQUE (key_id);

-- A constant default is kept beside the table and writes no row: this runs while the service runs.
ALTER TABLE issuance_intent ADD COLUMN authority_id smallint NOT NULL DEFAULT 1;
ALTER TABLE issuance_intent ALTER COLUMN authority_id DROP DEFAULT;
ALTER TABLE certificate_status ADD COLUMN authority_id smallint NOT NULL DEFAULT 1;
ALTER TABLE certificate_status ALTER COLUMN authority_id DROP DEFAULT;
ALTER TABLE certificate_status ADD COLUMN crl_partition smallint NOT NULL DEFAULT 0;
ALTER TABLE certificate_status ALTER COLUMN crl_partition DROP DEFAULT;
ALTER TABLE certificate_status ADD COLUMN invalidity_date timestamptz;  -- RFC 5280 5.3.2
ALTER TABLE certificate_status ADD CHECK (invalidity_date IS NULL OR revocation_time IS NOT NULL);

DROP INDEX certificate_status_revoked;
CREATE INDEX certificate_status_revoked ON certificate_status
    (authority_id, crl_partition, serial_number) WHERE revocation_time IS NOT NULL;
CREATE INDEX certificate_status_expiring ON certificate_status (not_after);
