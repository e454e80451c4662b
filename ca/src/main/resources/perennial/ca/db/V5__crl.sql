-- When a status last changed: null for what is as it was issued. A delta CRL lists what changed
-- since its base (RFC 5280 5.2.4); without a revocation time such a row was suspended and resumed.
ALTER TABLE certificate_status ADD COLUMN status_changed_at timestamptz;
UPDATE certificate_status SET status_changed_at = revocation_time WHERE revocation_time IS NOT NULL;
CREATE INDEX certificate_status_changed ON certificate_status
    (authority_id, status_changed_at, crl_partition) WHERE status_changed_at IS NOT NULL;

-- Which CRLs there are: 0 is the complete one, n + p is partition p of n, as it stands in
-- certificates. Whoever builds holds the row until a time; a builder that died loses it then.
CREATE TABLE crl_scope (
    authority_id  smallint    NOT NULL,
    crl_partition smallint    NOT NULL,
    builder       uuid,
    builder_until timestamptz,
    PRIMARY KEY (authority_id, crl_partition)
);

-- What is published: the greatest number counts. The last but one full CRL is what deltas start
-- from, so that they fit everything that is still valid.
CREATE TABLE crl (
    authority_id   smallint    NOT NULL,
    crl_partition  smallint    NOT NULL,
    delta          boolean     NOT NULL,
    crl_number     bigint      NOT NULL,
    read_at        timestamptz NOT NULL,             -- every change before it is in it
    recent_changes bigint      NOT NULL,             -- how many were near read_at
    last_change    timestamptz,
    this_update    timestamptz NOT NULL,
    next_update    timestamptz NOT NULL,
    pieces         integer     NOT NULL,
    PRIMARY KEY (authority_id, crl_partition, delta, crl_number)
);

-- The octets, for every node to fetch; written before the row above.
CREATE TABLE crl_piece (
    authority_id  smallint NOT NULL,
    crl_partition smallint NOT NULL,
    delta         boolean  NOT NULL,
    crl_number    bigint   NOT NULL,
    piece         integer  NOT NULL,
    content       bytea    NOT NULL,
    PRIMARY KEY (authority_id, crl_partition, delta, crl_number, piece)
);
