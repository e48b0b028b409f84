-- Memberships say whether a definition caused them (backfilled), or an import or a replay of the past (historical); events, whether
-- such an import brought them.
ALTER TABLE hilo.membership_rows ADD COLUMN IF NOT EXISTS backfilled Bool DEFAULT false AFTER unproven, ADD COLUMN IF NOT EXISTS historical Bool DEFAULT false AFTER backfilled;
ALTER TABLE hilo.event_rows ADD COLUMN IF NOT EXISTS historical Bool;

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
    m.unproven AS unproven,
    m.backfilled AS backfilled,
    m.historical AS historical
FROM hilo.membership_rows AS m
LEFT ANY JOIN hilo.redirects AS r ON r.profile_id = m.profile_id;

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
    ifNull(accurateCastOrNull(if(e.properties_shown = '', e.properties, e.properties_shown), 'JSON'), CAST('{}', 'JSON')) AS properties,
    ifNull(accurateCastOrNull(if(e.context_shown = '', e.context, e.context_shown), 'JSON'), CAST('{}', 'JSON')) AS context,
    ifNull(accurateCastOrNull(if(e.traits_shown = '', e.traits, e.traits_shown), 'JSON'), CAST('{}', 'JSON')) AS traits,
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
    e.property_values AS property_values,
    e.property_items AS property_items,
    e.trait_values AS trait_values,
    e.trait_items AS trait_items,
    e.values_left_out AS values_left_out,
    e.request_position AS request_position,
    toUnixTimestamp64Milli(e.timestamp) AS timestamp_ms,
    e.timestamp_unreadable AS timestamp_unreadable,
    e.historical AS historical
FROM hilo.event_rows AS e
LEFT ANY JOIN hilo.redirects AS r ON r.profile_id = e.profile_id
SETTINGS
    input_format_try_infer_dates = 0,
    input_format_try_infer_datetimes = 0,
    input_format_json_read_bools_as_numbers = 0,
    input_format_json_read_bools_as_strings = 0,
    input_format_json_read_numbers_as_strings = 0,
    input_format_json_read_arrays_as_strings = 0,
    input_format_json_read_objects_as_strings = 0,
    input_format_json_throw_on_bad_escape_sequence = 0,
    json_type_escape_dots_in_keys = 1,
    type_json_skip_duplicated_paths = 1;
