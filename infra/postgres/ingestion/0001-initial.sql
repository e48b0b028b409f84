-- Sources and what they may send.
CREATE TABLE source (
  key             text    NOT NULL PRIMARY KEY,
  name            text    NOT NULL,
  write_key       text    NOT NULL UNIQUE,
  max_event_bytes integer NOT NULL,
  max_batch_bytes integer NOT NULL,
  answer          text    NOT NULL CHECK (answer IN ('explicit', 'segment')),
  enabled         boolean NOT NULL
);

-- The messageIds that were accepted lately: 128 bits of a digest of source and messageId. A partition a day; ingestion
-- creates them ahead and drops them when their ids need not be remembered any more, which costs nothing and leaves no
-- dead rows. A key can't be unique across partitions: see services/ingestion/src/domain/message-window.ts.
CREATE TABLE seen_message (
  digest uuid NOT NULL,
  day    date NOT NULL,
  PRIMARY KEY (digest, day)
) PARTITION BY RANGE (day);

-- The latest rejections, for GET /v1/rejected. The topic events.rejected has all of them.
CREATE TABLE rejection (
  rejection_id   text   NOT NULL PRIMARY KEY,
  source         text   NOT NULL,
  message_id     text,
  type           text,
  reason         text   NOT NULL,
  field          text   NOT NULL,
  message        text   NOT NULL,
  via            text   NOT NULL,
  received_at_ms bigint NOT NULL,
  original       bytea
);

CREATE INDEX rejection_by_time ON rejection (received_at_ms DESC, rejection_id DESC);
