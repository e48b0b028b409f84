-- Events whose time could not be read have their time of receipt, and are marked; `extra` has what came.
ALTER TABLE hilo.event_rows ADD COLUMN IF NOT EXISTS timestamp_unreadable Bool;

CREATE OR REPLACE VIEW hilo.events AS
SELECT
    e.message_id AS message_id,
    e.type AS type,
    e.event AS event,
    coalesce(nullIf(r.survivor, ''), e.profile_id) AS profile_id,
    e.user_id AS user_id,
    e.anonymous_id AS anonymous_id,
    e.timestamp AS timestamp,
    e.received_at AS received_at,
    e.source AS source,
    e.properties_json AS properties,
    ifNull(accurateCastOrNull(e.context, 'JSON'), CAST('{}', 'JSON')) AS context,
    ifNull(accurateCastOrNull(e.traits, 'JSON'), CAST('{}', 'JSON')) AS traits,
    e.name AS name,
    e.category AS category,
    e.group_id AS group_id,
    e.previous_id AS previous_id,
    e.properties AS properties_text,
    e.context AS context_text,
    e.traits AS traits_text,
    e.integrations AS integrations_text,
    e.extra AS extra_text,
    e.original_timestamp AS original_timestamp,
    e.sent_at AS sent_at,
    e.timestamp_clamped AS timestamp_clamped,
    e.via AS via,
    e.identifiers AS identifiers,
    e.set_aside AS set_aside,
    e.profile_id AS recorded_profile_id,
    coalesce(nullIf(r.survivor_key, 0), e.profile_key) AS profile_key,
    e.timestamp_unreadable AS timestamp_unreadable
FROM hilo.event_rows AS e
LEFT ANY JOIN hilo.redirects AS r ON r.profile_id = e.profile_id;
