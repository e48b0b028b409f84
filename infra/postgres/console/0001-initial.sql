-- People who may sign in. At most a thousand, changed one at a time.
CREATE TABLE person (
  email         text    COLLATE "C" NOT NULL PRIMARY KEY,  -- in small letters
  name          text    NOT NULL,
  role          text    NOT NULL CHECK (role IN ('admin', 'editor', 'viewer', 'privacy')),
  password_hash text    NOT NULL,                          -- scrypt$cost$block$parallel$salt$key
  disabled      boolean NOT NULL,
  created_at_ms bigint  NOT NULL,
  updated_at_ms bigint  NOT NULL
);

-- Who is signed in. Of the token only its SHA-256 is here, so that nobody can use what this table shows.
CREATE TABLE session (
  token_hash    bytea  NOT NULL PRIMARY KEY,
  email         text   COLLATE "C" NOT NULL REFERENCES person ON DELETE CASCADE,
  started_at_ms bigint NOT NULL,
  seen_at_ms    bigint NOT NULL
);

CREATE INDEX session_by_person ON session (email, started_at_ms);

-- Tokens for programs. They act with the role that their owner has at the time, within their scopes.
CREATE TABLE api_token (
  id              text   COLLATE "C" NOT NULL PRIMARY KEY,
  token_hash      bytea  NOT NULL UNIQUE,                  -- SHA-256
  name            text   NOT NULL,
  scopes          text[] NOT NULL,
  owner           text   COLLATE "C" NOT NULL REFERENCES person ON DELETE CASCADE,
  created_at_ms   bigint NOT NULL,
  expires_at_ms   bigint NOT NULL,
  last_used_at_ms bigint
);

CREATE INDEX api_token_by_owner ON api_token (owner, id);

-- Who changed what. Newest first by id.
CREATE TABLE audit_entry (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  when_ms bigint NOT NULL,
  who     text   NOT NULL,
  what    text   NOT NULL CHECK (what IN ('created', 'changed', 'deleted', 'ran')),
  target  text   NOT NULL,
  before  json,
  after   json
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log is append only';
END
$$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
