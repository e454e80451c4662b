-- A certificate is renewed at most once, unless what it was renewed with is of no use to anyone:
-- the holder rejected it, or its key was lost before anyone learned of it. Then it was revoked for
-- cessationOfOperation, and the certificate before it may be renewed again.
ALTER TABLE issuance_intent ADD COLUMN given_up boolean NOT NULL DEFAULT false;
ALTER TABLE issuance_intent DROP CONSTRAINT issuance_intent_replaces_key;
CREATE UNIQUE INDEX issuance_intent_replaces ON issuance_intent (replaces) WHERE NOT given_up;
