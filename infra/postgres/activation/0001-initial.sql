-- Where deliveries go. A handful of rows, read by every instance; `secret` signs, and leaves only in signatures.
CREATE TABLE destination (
  key           text    NOT NULL PRIMARY KEY,
  type          text    NOT NULL CHECK (type IN ('webhook')),
  url           text    NOT NULL,
  secret        text    NOT NULL,
  segments      text[],          -- null: all segments
  enabled       boolean NOT NULL,
  created_at_ms bigint  NOT NULL,
  updated_at_ms bigint  NOT NULL
);

-- A mirror of the deliveries in the stage's state, for lists; the state decides, this never does. Ended ones are deleted
-- after 30 days (ClickHouse keeps them).
CREATE TABLE delivery (
  delivery_id        text    NOT NULL PRIMARY KEY,
  destination        text    NOT NULL,
  profile_id         text    NOT NULL,
  segment            text    NOT NULL,
  membership_version bigint  NOT NULL,
  membership_status  text    NOT NULL,
  status             text    NOT NULL CHECK (status IN ('queued', 'retrying', 'delivered', 'filtered', 'failed')),
  reason             text    NOT NULL,
  attempts           integer NOT NULL,
  response_status    integer,
  response_body      text,
  message_id         text,
  created_at_ms      bigint  NOT NULL,
  next_attempt_ms    bigint,
  ended_at_ms        bigint
) WITH (fillfactor = 80);

-- Newest first, whatever the list is filtered by. Delivered ones are nearly all: they need no index of their own.
CREATE INDEX delivery_newest ON delivery (created_at_ms, delivery_id);
CREATE INDEX delivery_by_destination ON delivery (destination, created_at_ms, delivery_id);
CREATE INDEX delivery_by_profile ON delivery (profile_id, created_at_ms, delivery_id);
CREATE INDEX delivery_by_status ON delivery (status, created_at_ms, delivery_id) WHERE status <> 'delivered';
