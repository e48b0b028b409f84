-- Entries are deleted once they are older than the operator says (HILO_AUDIT_DAYS). Nobody deletes one of the last 30 days,
-- and each deletion leaves an entry that says how many are gone, and up to when.
DROP TRIGGER append_only ON audit_entry;
CREATE TRIGGER append_only BEFORE UPDATE OR TRUNCATE ON audit_entry
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION refuse_young() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.when_ms > extract(epoch FROM now() - interval '30 days') * 1000 THEN
    RAISE EXCEPTION 'the audit log is append only: its entries of the last 30 days stay';
  END IF;
  RETURN OLD;
END
$$;

CREATE TRIGGER keep_young BEFORE DELETE ON audit_entry
  FOR EACH ROW EXECUTE FUNCTION refuse_young();

CREATE FUNCTION record_deletion() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  INSERT INTO audit_entry (when_ms, who, what, target, before)
    SELECT extract(epoch FROM now()) * 1000, 'database user ' || session_user, 'deleted', 'audit',
      json_build_object('entries', count(*), 'until', to_char(to_timestamp(max(when_ms) / 1000.0) AT TIME ZONE 'UTC',
        'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
    FROM gone HAVING count(*) > 0;
  RETURN NULL;
END
$$;

CREATE TRIGGER deletion_recorded AFTER DELETE ON audit_entry REFERENCING OLD TABLE AS gone
  FOR EACH STATEMENT EXECUTE FUNCTION record_deletion();
