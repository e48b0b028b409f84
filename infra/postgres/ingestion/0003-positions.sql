-- Where a rejected event stood in its request, and when that was sent by the producer's clock, so that a replay keeps its place
-- among the others; 0 and null in rows from before.
ALTER TABLE rejection ADD COLUMN request_position integer NOT NULL DEFAULT 0;
ALTER TABLE rejection ADD COLUMN sent_at_ms bigint;
