-- For replaying a rejected event: how long its original is (`original` has all of it up to 64 KB), and when it was
-- replayed and accepted. Null in rows from before, of which at most the first 8 KB were kept.
ALTER TABLE rejection ADD COLUMN original_bytes integer;
ALTER TABLE rejection ADD COLUMN replayed_at_ms bigint;
