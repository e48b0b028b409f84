-- Changes made through the service's HTTP API, for the console's audit log; kept for 30 days.
CREATE SEQUENCE change_position;

CREATE TABLE change (
  id       text   COLLATE "C" NOT NULL PRIMARY KEY,  -- the caller's, else made here
  begun_ms bigint NOT NULL,
  who      text   NOT NULL,
  method   text   NOT NULL,
  target   text   NOT NULL,                          -- path without the query, e.g. v1/segments/vip
  before   json,                                     -- without secrets; null: nothing was there, or a call
  after    json,
  position bigint UNIQUE                             -- in the order in which changes ended; null: under way
);

CREATE INDEX change_begun ON change (begun_ms);
