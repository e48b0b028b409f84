-- A definition that asks for events comes into force once its past is looked up.

ALTER TABLE segment ADD COLUMN in_force text;
UPDATE segment SET in_force = condition;
COMMENT ON COLUMN segment.in_force IS 'JSON of the condition by which profiles are in it, which differs while a backfill runs; null: none';

ALTER TABLE counter ADD COLUMN generation bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN counter.generation IS 'Number of the change whose backfill brought the whole past; 0: it counts from since_ms on';

ALTER TABLE unpublished_definition
  ADD COLUMN phase text NOT NULL DEFAULT 'in_force',
  ADD COLUMN generation bigint NOT NULL DEFAULT 0,
  ADD COLUMN series text[] NOT NULL DEFAULT '{}';

-- The latest backfill of each segment; none once its definition is replaced by one that needs none.
CREATE TABLE segment_backfill (
  segment         text   COLLATE "C" NOT NULL PRIMARY KEY,
  generation      bigint NOT NULL,            -- number of the change that declared the definition
  series          text[] NOT NULL,            -- ids of the series that are begun anew
  phase           text   NOT NULL,            -- declared, cutting, reading, settling, switching, done
  number          bigint NOT NULL,            -- of the record that the phase waits for; once it is cut, that of the cut
  progress        text   NOT NULL,            -- JSON: how far the phases are
  requested_at_ms bigint NOT NULL,
  ended_at_ms     bigint
);
