-- Where a rejected event stood in its request, so that a replay keeps its place; 0 in rows from before.
ALTER TABLE rejection ADD COLUMN request_position integer NOT NULL DEFAULT 0;
