-- What verification in the background found in each partition the last time.
CREATE TABLE verification (
  partition    integer NOT NULL PRIMARY KEY,
  begun_at_ms  bigint  NOT NULL, -- an instance took it then
  ended_at_ms  bigint,           -- null: never yet
  checked      bigint  NOT NULL DEFAULT 0,
  undecided    bigint  NOT NULL DEFAULT 0,
  differences  bigint  NOT NULL DEFAULT 0
);
