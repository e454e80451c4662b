-- SPDX-License-Identifier: Apache-2.0

-- What the authority keeps of a card that it can unlock. Sealed: initialisation vector, AES-256-GCM of the user code's
-- verifier and the PUK, tag; bound to the card's number. The key is in no database.
CREATE TABLE ra.unlock_secret (
    card_number text PRIMARY KEY,
    sealed      bytea    NOT NULL,
    tries_left  smallint NOT NULL CHECK (tries_left >= 0)
);
