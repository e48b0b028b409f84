-- How long a table knows the token of an insert: the last 100,000, and on replicated tables (for those who turn these into such)
-- also no less than 30 days, which is longer than any topic keeps a record. A load that is resumed later than that finds its rows
-- by their offsets instead (docs/services/history.md, "Exactly once").
ALTER TABLE hilo.event_rows MODIFY SETTING non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 2592000;
ALTER TABLE hilo.redirect_rows MODIFY SETTING non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 2592000;
ALTER TABLE hilo.merge_rows MODIFY SETTING non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 2592000;
ALTER TABLE hilo.profile_rows MODIFY SETTING non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 2592000;
ALTER TABLE hilo.profile_change_rows MODIFY SETTING non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 2592000;
ALTER TABLE hilo.membership_rows MODIFY SETTING non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 2592000;
ALTER TABLE hilo.delivery_rows MODIFY SETTING non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 2592000;
ALTER TABLE hilo.rejected_rows MODIFY SETTING non_replicated_deduplication_window = 100000, replicated_deduplication_window = 100000, replicated_deduplication_window_seconds = 2592000;
