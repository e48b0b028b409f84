-- Changes that were decided while an origin was left out that somebody had released (docs/operating.md, "People wait to leave by
-- time"): what that origin brought later might have prevented them. Rows from before have none.
ALTER TABLE hilo.membership_rows ADD COLUMN IF NOT EXISTS unproven Bool DEFAULT false AFTER decided_at;

CREATE OR REPLACE VIEW hilo.membership_changes AS
SELECT
    m.segment AS segment,
    m.version AS version,
    coalesce(nullIf(r.survivor, ''), m.profile_id) AS profile_id,
    m.status AS status,
    m.reason AS reason,
    m.message_id AS message_id,
    m.event_time AS event_time,
    m.decided_at AS decided_at,
    m.segment_version AS segment_version,
    m.profile_id AS recorded_profile_id,
    m.unproven AS unproven
FROM hilo.membership_rows AS m
LEFT ANY JOIN hilo.redirects AS r ON r.profile_id = m.profile_id;
