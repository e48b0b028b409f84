-- Only a table's owner can create or drop its partitions, and ingestion's own user owns no table. With these functions it can do
-- that for seen_message, and nothing else.
CREATE FUNCTION add_seen_message_day(added date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ingestion, pg_temp AS $$
BEGIN
  -- Rows are only added, and dropped all together: there is nothing to vacuum.
  EXECUTE format(
    'CREATE TABLE %I PARTITION OF seen_message FOR VALUES FROM (%L) TO (%L) WITH (autovacuum_enabled = off)',
    'seen_message_' || to_char(added, 'YYYYMMDD'), added, added + 1);
END $$;

CREATE FUNCTION drop_seen_message_day(dropped date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ingestion, pg_temp AS $$
BEGIN
  EXECUTE format('DROP TABLE %I', 'seen_message_' || to_char(dropped, 'YYYYMMDD'));
END $$;
