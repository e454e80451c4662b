-- The one issuing key that this schema belongs to, and the number of its last CRL.
CREATE TABLE authority (
    one        boolean PRIMARY KEY DEFAULT true CHECK (one),
    key_id     bytea   NOT NULL,                     -- subject key identifier
    crl_number bigint  NOT NULL DEFAULT 0
);
