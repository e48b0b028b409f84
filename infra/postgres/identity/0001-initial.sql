-- The identity graph. Every table is read and written by its primary key alone, so that it shards on it.

-- One row for each identifier ever seen, with the evidence of why it belongs to its profile.
CREATE TABLE identifier (
  type          text   NOT NULL,
  value         text   NOT NULL,
  profile_id    text   NOT NULL,
  source        text   NOT NULL,
  message_id    text   NOT NULL,
  rule          text   NOT NULL CHECK (rule IN ('same_event', 'alias', 'merge_call')),
  event_time_ms bigint NOT NULL,
  linked_at_ms  bigint NOT NULL,
  PRIMARY KEY (value, type)
) WITH (fillfactor = 90);

-- One row for each profile. `identifiers` repeats what the identifier rows say, so that a profile is read whole by its
-- key; `version` guards both: whoever changes a profile or its identifiers raises it.
CREATE TABLE profile (
  profile_id    text   NOT NULL PRIMARY KEY,
  created_at_ms bigint NOT NULL,
  version       bigint NOT NULL,
  merge_version bigint NOT NULL,
  identifiers   jsonb  NOT NULL, -- [[type, value], …]
  absorbed      jsonb  NOT NULL, -- ids of all profiles that resolve to this one now
  merged_into   text             -- the profile that absorbed this one; its own row says where that one went
) WITH (fillfactor = 70);

-- One row for each merge; a profile is absorbed at most once.
CREATE TABLE merge (
  absorbed      text   NOT NULL PRIMARY KEY,
  survivor      text   NOT NULL,
  merge_id      text   NOT NULL,
  version       bigint NOT NULL,
  identifiers   jsonb  NOT NULL, -- [[type, value], …] that moved
  source        text   NOT NULL,
  message_id    text   NOT NULL,
  rule          text   NOT NULL CHECK (rule IN ('same_event', 'alias', 'merge_call')),
  event_time_ms bigint NOT NULL,
  decided_at_ms bigint NOT NULL
);
