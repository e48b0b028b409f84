-- Whether a destination also gets the changes that a definition caused, not an event. Existing ones get none.
ALTER TABLE destination ADD COLUMN backfilled boolean NOT NULL DEFAULT false;
