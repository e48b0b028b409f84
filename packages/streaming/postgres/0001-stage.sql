-- The tables of packages/streaming, made once in the schema of every stage (design §4).

CREATE TABLE checkpoint (
  partition integer PRIMARY KEY,
  -- Raised when an instance takes the partition over; a commit with an older epoch is refused.
  epoch bigint NOT NULL,
  -- Grows with each commit; tells after an unknown outcome whether the commit happened.
  revision bigint NOT NULL,
  lease_owner text,
  lease_until timestamptz,
  body text NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE outbox (
  partition integer NOT NULL,
  id bigint NOT NULL,
  body bytea NOT NULL,
  PRIMARY KEY (partition, id)
);
-- The bytes are written once and deleted soon after: compressing them would only cost time.
ALTER TABLE outbox ALTER COLUMN body SET STORAGE EXTERNAL;

CREATE TABLE state (
  partition integer NOT NULL,
  key text COLLATE "C" NOT NULL,
  -- The stage's own encoding; null once the key was absorbed by another.
  body bytea,
  -- When the key wants to be woken, milliseconds since the epoch.
  due_ms bigint,
  -- Hand-over state: where the key went, which hand-overs it waits for (JSON).
  protocol text,
  PRIMARY KEY (partition, key)
) WITH (fillfactor = 70);
CREATE INDEX state_due ON state (partition, due_ms) WHERE due_ms IS NOT NULL;

-- Ends the transaction when a part of the commit did not touch the rows it had to.
CREATE FUNCTION fence(touched bigint, expected bigint, code text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  IF touched <> expected THEN
    RAISE EXCEPTION 'expected % rows, found %', expected, touched USING ERRCODE = code;
  END IF;
  RETURN true;
END $$;
