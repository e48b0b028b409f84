-- Saved queries and dashboards. Somebody's own, or shared with everybody who is signed in; those whose owner was removed
-- stay, and admins see to them.
CREATE TABLE exploration (
  id            text    COLLATE "C" NOT NULL PRIMARY KEY,
  kind          text    NOT NULL CHECK (kind IN ('query', 'dashboard')),
  name          text    NOT NULL,
  owner         text    COLLATE "C" REFERENCES person ON DELETE SET NULL,
  shared        boolean NOT NULL,
  content       jsonb   NOT NULL,  -- services/console/src/domain/exploration.ts
  version       integer NOT NULL,  -- from 1; each change adds one
  created_at_ms bigint  NOT NULL,
  updated_at_ms bigint  NOT NULL
);

CREATE INDEX exploration_by_kind ON exploration (kind, id);
CREATE INDEX exploration_by_owner ON exploration (owner, kind);
