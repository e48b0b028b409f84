-- Changes that services recorded themselves, however they were made. A change that went through the console has one line,
-- whoever wrote it first.
ALTER TABLE audit_entry ADD COLUMN change_id text COLLATE "C";  -- <service>/<id of the change>; null: made in the console
CREATE UNIQUE INDEX audit_entry_by_change ON audit_entry (change_id) WHERE change_id IS NOT NULL;

-- How far each service's changes have been read.
CREATE TABLE service_changes_read (
  service  text   COLLATE "C" NOT NULL PRIMARY KEY,
  position bigint NOT NULL
);
