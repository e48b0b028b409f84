-- Which record of Kafka each row was made of: the topic's id (its UUID, as Kafka's tools write it), the partition and the offset.
-- A backfill is cut at a vector of offsets: rows below it belong to the past. Rows from before have no topic id, and count as
-- below any vector. One offset makes several rows where a record changes several traits or moves several profiles.
ALTER TABLE hilo.event_rows ADD COLUMN IF NOT EXISTS topic_id LowCardinality(String), ADD COLUMN IF NOT EXISTS topic_partition Int32, ADD COLUMN IF NOT EXISTS topic_offset Int64;
ALTER TABLE hilo.redirect_rows ADD COLUMN IF NOT EXISTS topic_id LowCardinality(String), ADD COLUMN IF NOT EXISTS topic_partition Int32, ADD COLUMN IF NOT EXISTS topic_offset Int64;
ALTER TABLE hilo.merge_rows ADD COLUMN IF NOT EXISTS topic_id LowCardinality(String), ADD COLUMN IF NOT EXISTS topic_partition Int32, ADD COLUMN IF NOT EXISTS topic_offset Int64;
ALTER TABLE hilo.profile_rows ADD COLUMN IF NOT EXISTS topic_id LowCardinality(String), ADD COLUMN IF NOT EXISTS topic_partition Int32, ADD COLUMN IF NOT EXISTS topic_offset Int64;
ALTER TABLE hilo.profile_change_rows ADD COLUMN IF NOT EXISTS topic_id LowCardinality(String), ADD COLUMN IF NOT EXISTS topic_partition Int32, ADD COLUMN IF NOT EXISTS topic_offset Int64;
ALTER TABLE hilo.membership_rows ADD COLUMN IF NOT EXISTS topic_id LowCardinality(String), ADD COLUMN IF NOT EXISTS topic_partition Int32, ADD COLUMN IF NOT EXISTS topic_offset Int64;
ALTER TABLE hilo.delivery_rows ADD COLUMN IF NOT EXISTS topic_id LowCardinality(String), ADD COLUMN IF NOT EXISTS topic_partition Int32, ADD COLUMN IF NOT EXISTS topic_offset Int64;
ALTER TABLE hilo.rejected_rows ADD COLUMN IF NOT EXISTS topic_id LowCardinality(String), ADD COLUMN IF NOT EXISTS topic_partition Int32, ADD COLUMN IF NOT EXISTS topic_offset Int64;
