-- The definitions of segments, and who is in them.

-- One row for each segment ever saved. A deleted one keeps its row, so that its version goes on growing.
CREATE TABLE segment (
  key           text   COLLATE "C" NOT NULL PRIMARY KEY,
  name          text   NOT NULL,
  condition     text,            -- JSON, docs/segment-language.md; null: deleted
  version       bigint NOT NULL,
  created_at_ms bigint NOT NULL,
  saved_at_ms   bigint NOT NULL  -- of all segments together, no two are the same
);

-- When each counter that a live definition asks for began to count.
CREATE TABLE counter (
  id       text   COLLATE "C" NOT NULL PRIMARY KEY,
  since_ms bigint NOT NULL
);

-- Definitions saved and not yet written to segments.definitions; written in the order of id, then deleted.
CREATE TABLE unpublished_definition (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  segment       text   COLLATE "C" NOT NULL,
  version       bigint NOT NULL,
  name          text   NOT NULL,
  condition     text,
  saved_at_ms   bigint NOT NULL
);

-- Who is in which segment: a mirror of the stage's state, written in the same transaction. Read and written by its primary
-- key alone, so that it shards.
CREATE TABLE member (
  segment         text    COLLATE "C" NOT NULL,
  profile_id      text    COLLATE "C" NOT NULL,
  partition       integer NOT NULL,
  segment_version bigint  NOT NULL,
  since_ms        bigint  NOT NULL,
  PRIMARY KEY (segment, profile_id)
) WITH (fillfactor = 90);

-- How many are in each segment, by partition of the stage, so that no two instances write the same row.
CREATE TABLE member_count (
  segment   text    COLLATE "C" NOT NULL,
  partition integer NOT NULL,
  members   bigint  NOT NULL,
  PRIMARY KEY (segment, partition)
) WITH (fillfactor = 50);
