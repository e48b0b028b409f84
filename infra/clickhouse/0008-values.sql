-- Each scalar of properties and traits by its path, with its type and exact text (ADR 24), instead of ClickHouse's JSON type, which
-- loses a whole text for one value that it can't hold. The loader takes the texts apart.
--
-- `…_values` hold what lies outside of lists, `…_items` what lies inside, each with its place. Where ClickHouse's JSON type can't
-- hold a text as it is, `…_shown` holds one that it can. Rows from before have version 0: the history service fills them in.
ALTER TABLE hilo.event_rows ADD COLUMN IF NOT EXISTS property_values Map(LowCardinality(String), Tuple(
    type Enum8('none' = 0, 'text' = 1, 'number' = 2, 'boolean' = 3, 'null' = 4, 'empty_list' = 5, 'empty_object' = 6, 'json' = 7),
    text String,
    number Nullable(Decimal(38, 18))));
ALTER TABLE hilo.event_rows ADD COLUMN IF NOT EXISTS property_items Map(LowCardinality(String), Array(Tuple(
    place String,
    type Enum8('none' = 0, 'text' = 1, 'number' = 2, 'boolean' = 3, 'null' = 4, 'empty_list' = 5, 'empty_object' = 6, 'json' = 7),
    text String,
    number Nullable(Decimal(38, 18)))));
ALTER TABLE hilo.event_rows ADD COLUMN IF NOT EXISTS trait_values Map(LowCardinality(String), Tuple(
    type Enum8('none' = 0, 'text' = 1, 'number' = 2, 'boolean' = 3, 'null' = 4, 'empty_list' = 5, 'empty_object' = 6, 'json' = 7),
    text String,
    number Nullable(Decimal(38, 18))));
ALTER TABLE hilo.event_rows ADD COLUMN IF NOT EXISTS trait_items Map(LowCardinality(String), Array(Tuple(
    place String,
    type Enum8('none' = 0, 'text' = 1, 'number' = 2, 'boolean' = 3, 'null' = 4, 'empty_list' = 5, 'empty_object' = 6, 'json' = 7),
    text String,
    number Nullable(Decimal(38, 18)))));
ALTER TABLE hilo.event_rows ADD COLUMN IF NOT EXISTS properties_shown String CODEC(ZSTD(1));
ALTER TABLE hilo.event_rows ADD COLUMN IF NOT EXISTS traits_shown String CODEC(ZSTD(1));
ALTER TABLE hilo.event_rows ADD COLUMN IF NOT EXISTS context_shown String CODEC(ZSTD(1));
ALTER TABLE hilo.event_rows ADD COLUMN IF NOT EXISTS values_left_out UInt32;
ALTER TABLE hilo.event_rows ADD COLUMN IF NOT EXISTS values_version UInt8;
-- The third part of the order of events: timestamp, received_at, request_position, source, message_id.
ALTER TABLE hilo.event_rows ADD COLUMN IF NOT EXISTS request_position UInt32;

ALTER TABLE hilo.profile_rows ADD COLUMN IF NOT EXISTS trait_values Map(LowCardinality(String), Tuple(
    type Enum8('none' = 0, 'text' = 1, 'number' = 2, 'boolean' = 3, 'null' = 4, 'empty_list' = 5, 'empty_object' = 6, 'json' = 7),
    text String,
    number Nullable(Decimal(38, 18))));
ALTER TABLE hilo.profile_rows ADD COLUMN IF NOT EXISTS trait_items Map(LowCardinality(String), Array(Tuple(
    place String,
    type Enum8('none' = 0, 'text' = 1, 'number' = 2, 'boolean' = 3, 'null' = 4, 'empty_list' = 5, 'empty_object' = 6, 'json' = 7),
    text String,
    number Nullable(Decimal(38, 18)))));
ALTER TABLE hilo.profile_rows ADD COLUMN IF NOT EXISTS traits_shown String CODEC(ZSTD(1));
ALTER TABLE hilo.profile_rows ADD COLUMN IF NOT EXISTS values_left_out UInt32;
ALTER TABLE hilo.profile_rows ADD COLUMN IF NOT EXISTS values_version UInt8;

-- The settings are those of the view, whoever asks: texts that look like dates stay texts, a dot in a name is `%2E`, and values
-- of different types keep them in a list.
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
    toUnixTimestamp64Milli(e.timestamp) AS timestamp_ms
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

CREATE OR REPLACE VIEW hilo.profiles AS
SELECT
    profile_id,
    ifNull(accurateCastOrNull(argMax(if(known.traits_shown = '', known.traits, known.traits_shown), known.version), 'JSON'), CAST('{}', 'JSON')) AS traits,
    min(known.first_seen) AS first_seen,
    max(known.last_seen) AS last_seen,
    argMax(known.traits, known.version) AS traits_text,
    argMax(known.trait_values, known.version) AS trait_values,
    argMax(known.trait_items, known.version) AS trait_items
FROM
(
    SELECT
        coalesce(nullIf(r.survivor, ''), e.profile_id) AS profile_id,
        '{}' AS traits,
        '' AS traits_shown,
        defaultValueOfTypeName('Map(LowCardinality(String), Tuple(type Enum8(\'none\' = 0, \'text\' = 1, \'number\' = 2, \'boolean\' = 3, \'null\' = 4, \'empty_list\' = 5, \'empty_object\' = 6, \'json\' = 7), text String, number Nullable(Decimal(38, 18))))') AS trait_values,
        defaultValueOfTypeName('Map(LowCardinality(String), Array(Tuple(place String, type Enum8(\'none\' = 0, \'text\' = 1, \'number\' = 2, \'boolean\' = 3, \'null\' = 4, \'empty_list\' = 5, \'empty_object\' = 6, \'json\' = 7), text String, number Nullable(Decimal(38, 18)))))') AS trait_items,
        toUInt64(0) AS version,
        e.first_seen AS first_seen,
        e.last_seen AS last_seen
    FROM
    (
        SELECT profile_id, min(timestamp) AS first_seen, max(timestamp) AS last_seen
        FROM hilo.event_rows
        GROUP BY profile_id
    ) AS e
    LEFT ANY JOIN hilo.redirects AS r ON r.profile_id = e.profile_id
    UNION ALL
    SELECT p.profile_id, p.traits, p.traits_shown, p.trait_values, p.trait_items, p.version, p.event_time, p.event_time
    FROM hilo.profile_rows AS p FINAL
    WHERE p.status = 'live' AND p.profile_id NOT IN (SELECT profile_id FROM hilo.redirects)
) AS known
GROUP BY profile_id
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

-- Statements that were saved with the old column go on working: it is computed as it is read, and takes no room.
ALTER TABLE hilo.event_rows DROP COLUMN IF EXISTS properties_json;
ALTER TABLE hilo.event_rows ADD COLUMN IF NOT EXISTS properties_json JSON
    ALIAS ifNull(accurateCastOrNull(if(properties_shown = '', properties, properties_shown), 'JSON'), CAST('{}', 'JSON'));
