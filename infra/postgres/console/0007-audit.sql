-- Besides changes, the log has sign-ins and refusals: from where, why, and how often within a minute.
ALTER TABLE audit_entry
  ADD COLUMN method  text,                                        -- of a refused request; null: another entry
  ADD COLUMN address text,                                        -- of the client; null: not known
  ADD COLUMN reason  text,                                        -- services/console/src/domain/security-event.ts
  ADD COLUMN count   integer NOT NULL DEFAULT 1 CHECK (count > 0);

ALTER TABLE audit_entry DROP CONSTRAINT audit_entry_what_check;
ALTER TABLE audit_entry ADD CONSTRAINT audit_entry_what_check CHECK (
  what IN ('created', 'changed', 'deleted', 'ran', 'signed_in', 'signed_out', 'sign_in_failed', 'locked_out', 'refused'));

CREATE INDEX audit_entry_by_person ON audit_entry (who, id);
CREATE INDEX audit_entry_by_time ON audit_entry (when_ms, id);
