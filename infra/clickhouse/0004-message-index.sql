-- Following one event means to find its messageId in every table, none of which is ordered by it. A Bloom filter for
-- each 8,192 rows (14 bits a row) says in which of them it may be; one in a thousand of the others is read in vain.
ALTER TABLE hilo.event_rows ADD INDEX IF NOT EXISTS message_id_bloom message_id TYPE bloom_filter(0.001) GRANULARITY 1;
ALTER TABLE hilo.rejected_rows ADD INDEX IF NOT EXISTS message_id_bloom message_id TYPE bloom_filter(0.001) GRANULARITY 1;
ALTER TABLE hilo.merge_rows ADD INDEX IF NOT EXISTS message_id_bloom message_id TYPE bloom_filter(0.001) GRANULARITY 1;
ALTER TABLE hilo.profile_change_rows ADD INDEX IF NOT EXISTS message_id_bloom message_id TYPE bloom_filter(0.001) GRANULARITY 1;
ALTER TABLE hilo.membership_rows ADD INDEX IF NOT EXISTS message_id_bloom message_id TYPE bloom_filter(0.001) GRANULARITY 1;
ALTER TABLE hilo.delivery_rows ADD INDEX IF NOT EXISTS message_id_bloom message_id TYPE bloom_filter(0.001) GRANULARITY 1;
-- For the rows that are there already, in the background; until it is done they are read without the index.
ALTER TABLE hilo.event_rows MATERIALIZE INDEX message_id_bloom;
ALTER TABLE hilo.rejected_rows MATERIALIZE INDEX message_id_bloom;
ALTER TABLE hilo.merge_rows MATERIALIZE INDEX message_id_bloom;
ALTER TABLE hilo.profile_change_rows MATERIALIZE INDEX message_id_bloom;
ALTER TABLE hilo.membership_rows MATERIALIZE INDEX message_id_bloom;
ALTER TABLE hilo.delivery_rows MATERIALIZE INDEX message_id_bloom;
