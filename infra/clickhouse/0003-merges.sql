-- As event_rows has it from the start: few wide merges instead of many narrow ones. The loader inserts a few rows of
-- each table every other second, and merging them two by two took as much CPU as inserting them.
ALTER TABLE hilo.redirect_rows MODIFY SETTING min_parts_to_merge_at_once = 20, merge_selector_base = 16;
ALTER TABLE hilo.merge_rows MODIFY SETTING min_parts_to_merge_at_once = 20, merge_selector_base = 16;
ALTER TABLE hilo.profile_rows MODIFY SETTING min_parts_to_merge_at_once = 20, merge_selector_base = 16;
ALTER TABLE hilo.profile_change_rows MODIFY SETTING min_parts_to_merge_at_once = 20, merge_selector_base = 16;
ALTER TABLE hilo.membership_rows MODIFY SETTING min_parts_to_merge_at_once = 20, merge_selector_base = 16;
ALTER TABLE hilo.delivery_rows MODIFY SETTING min_parts_to_merge_at_once = 20, merge_selector_base = 16;
ALTER TABLE hilo.rejected_rows MODIFY SETTING min_parts_to_merge_at_once = 20, merge_selector_base = 16;
