-- What the Profile API reads: mirrors of the stage's state, written in the same transaction. Each table is read and
-- written by its primary key alone, so that it shards on it.

-- The state of each profile in the stage's own encoding.
CREATE TABLE document (
  profile_id text    NOT NULL PRIMARY KEY,
  body       text    NOT NULL,
  -- True once another profile absorbed this one: its identifiers lead to that one.
  absorbed   boolean NOT NULL
) WITH (fillfactor = 70);

-- The profile of each identifier.
CREATE TABLE identifier (
  type       text NOT NULL,
  value      text NOT NULL,
  profile_id text NOT NULL,
  PRIMARY KEY (value, type)
) WITH (fillfactor = 90);
