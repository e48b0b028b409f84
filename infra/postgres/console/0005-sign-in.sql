-- What people sign in with besides the password, where they are signed in, and which browsers they have used.
ALTER TABLE person ADD COLUMN must_change_password boolean NOT NULL DEFAULT false;  -- somebody else chose the password

ALTER TABLE session
  ADD COLUMN id              uuid   NOT NULL DEFAULT gen_random_uuid() UNIQUE,  -- to name a session by; opens nothing
  ADD COLUMN address         text   NOT NULL DEFAULT '',
  ADD COLUMN user_agent      text   NOT NULL DEFAULT '',
  ADD COLUMN confirmed_at_ms bigint NOT NULL DEFAULT 0;                         -- when the password was last given in it

-- Browsers in which somebody has signed in. Guesses of strangers at the same account do not count against them.
CREATE TABLE device (
  email      text   COLLATE "C" NOT NULL REFERENCES person ON DELETE CASCADE,
  token_hash bytea  NOT NULL,  -- SHA-256 of what the browser keeps as a cookie
  seen_at_ms bigint NOT NULL,  -- the last sign-in
  PRIMARY KEY (email, token_hash)
);

-- Authenticator apps. A secret is sealed with a key that is not in the database: services/console/src/adapters/sealed-secrets.ts.
CREATE TABLE second_factor (
  email         text   COLLATE "C" NOT NULL PRIMARY KEY REFERENCES person ON DELETE CASCADE,
  secret        bytea,                     -- null: the factor is not on
  last_step     bigint NOT NULL DEFAULT 0, -- the 30 seconds whose code was last used: no code counts twice
  pending       bytea,                     -- a secret that is to be confirmed; null: none
  pending_at_ms bigint NOT NULL DEFAULT 0
);

-- Codes for those who have lost their app. A code has 120 random bits, so its SHA-256 needs no salt.
CREATE TABLE recovery_code (
  email      text  COLLATE "C" NOT NULL REFERENCES second_factor ON DELETE CASCADE,
  code_hash  bytea NOT NULL,
  PRIMARY KEY (email, code_hash)
);
