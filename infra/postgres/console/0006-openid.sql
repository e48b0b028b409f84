-- A person signs in by a password, or by OpenID Connect, or was invited and has neither yet.
ALTER TABLE person
  ALTER COLUMN password_hash DROP NOT NULL,                    -- null: no password
  ADD COLUMN openid_issuer  text COLLATE "C",                  -- as the provider's tokens say it
  ADD COLUMN openid_subject text COLLATE "C",                  -- the provider's id of the person; never used again for another
  ADD CONSTRAINT person_openid CHECK ((openid_issuer IS NULL) = (openid_subject IS NULL)),
  ADD CONSTRAINT person_one_way CHECK (password_hash IS NULL OR openid_subject IS NULL);

CREATE UNIQUE INDEX person_by_openid ON person (openid_issuer, openid_subject) WHERE openid_subject IS NOT NULL;

-- Links that work once: invitations, and those that set a new password. Of the token only its SHA-256 is here.
CREATE TABLE one_time_link (
  token_hash    bytea  NOT NULL PRIMARY KEY,
  purpose       text   NOT NULL CHECK (purpose IN ('invitation', 'reset_by_admin', 'reset_by_mail')),
  email         text   COLLATE "C" NOT NULL REFERENCES person ON DELETE CASCADE,
  created_at_ms bigint NOT NULL,
  expires_at_ms bigint NOT NULL
);

CREATE INDEX one_time_link_by_person ON one_time_link (email, purpose);

-- Attempts to sign in by OpenID Connect that have succeeded, so that none succeeds twice. Kept for as long as an attempt lasts.
CREATE TABLE openid_attempt (
  state_hash    bytea  NOT NULL PRIMARY KEY,
  expires_at_ms bigint NOT NULL
);
