-- What the loader writes. One row for each record of a topic, exactly once: the loader inserts a range of a partition
-- with a deduplication token made of the range, and each table remembers its last 10,000 tokens.
--
-- Ids are kept as the records said them when they were decided; the views of 0002 give the surviving profile. Times
-- are UTC. No table is partitioned by time: an import may span decades, and each partition would be a part of its own.

-- Every identified event. JSON texts are kept as they came, byte for byte. `properties_json` holds the properties
-- parsed, for queries; text that the type can't hold (such as integers of more than 64 bits) gives an empty object
-- there and stays whole in `properties`.
CREATE TABLE IF NOT EXISTS hilo.event_rows
(
    workspace LowCardinality(String) DEFAULT 'default',
    profile_id String,
    timestamp DateTime64(3, 'UTC'),
    received_at DateTime64(3, 'UTC'),
    message_id String,
    source LowCardinality(String),
    type LowCardinality(String),
    event LowCardinality(Nullable(String)),
    name Nullable(String),
    category Nullable(String),
    user_id Nullable(String),
    anonymous_id Nullable(String),
    group_id Nullable(String),
    previous_id Nullable(String),
    properties String CODEC(ZSTD(1)),
    traits String CODEC(ZSTD(1)),
    context String CODEC(ZSTD(1)),
    integrations String CODEC(ZSTD(1)),
    extra String CODEC(ZSTD(1)),
    original_timestamp Nullable(DateTime64(3, 'UTC')),
    sent_at Nullable(DateTime64(3, 'UTC')),
    timestamp_clamped Bool,
    via LowCardinality(String),
    identifiers Array(Tuple(type LowCardinality(String), value String)),
    linked Array(Tuple(type LowCardinality(String), value String)),
    set_aside Array(Tuple(type LowCardinality(String), value String)),
    properties_json JSON(max_dynamic_paths = 256)
        DEFAULT ifNull(accurateCastOrNull(properties, 'JSON(max_dynamic_paths=256)'), CAST('{}', 'JSON(max_dynamic_paths=256)'))
)
ENGINE = MergeTree
ORDER BY (workspace, profile_id, timestamp)
-- Few wide merges instead of many narrow ones: a quarter less CPU for small inserts, and a few dozen parts to read.
SETTINGS non_replicated_deduplication_window = 10000, min_parts_to_merge_at_once = 20, merge_selector_base = 16;

-- Where the id of an absorbed profile leads now: the row with the highest version is right, in whatever order rows
-- came. A merge writes a row for each profile that it moves, so one step always leads to the survivor.
CREATE TABLE IF NOT EXISTS hilo.redirect_rows
(
    workspace LowCardinality(String) DEFAULT 'default',
    profile_id String,
    survivor String,
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (workspace, profile_id)
SETTINGS non_replicated_deduplication_window = 10000;

-- Every merge of two profiles.
CREATE TABLE IF NOT EXISTS hilo.merge_rows
(
    workspace LowCardinality(String) DEFAULT 'default',
    merge_id String,
    absorbed String,
    survivor String,
    also_absorbed Array(String),
    version UInt64,
    identifiers Array(Tuple(type LowCardinality(String), value String)),
    source LowCardinality(String),
    message_id String,
    rule LowCardinality(String),
    event_time DateTime64(3, 'UTC'),
    decided_at DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (workspace, absorbed, version)
SETTINGS non_replicated_deduplication_window = 10000;

-- The traits of each profile as of its highest version. A version that comes late loses against a higher one.
CREATE TABLE IF NOT EXISTS hilo.profile_rows
(
    workspace LowCardinality(String) DEFAULT 'default',
    profile_id String,
    version UInt64,
    status LowCardinality(String),
    survivor Nullable(String),
    traits String CODEC(ZSTD(1)),
    event_time DateTime64(3, 'UTC'),
    decided_at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (workspace, profile_id)
SETTINGS non_replicated_deduplication_window = 10000;

-- Every change of a trait.
CREATE TABLE IF NOT EXISTS hilo.profile_change_rows
(
    workspace LowCardinality(String) DEFAULT 'default',
    profile_id String,
    version UInt64,
    trait LowCardinality(String),
    value Nullable(String),
    previous Nullable(String),
    reason LowCardinality(String),
    source LowCardinality(String),
    message_id String,
    event_time DateTime64(3, 'UTC'),
    decided_at DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (workspace, profile_id, trait, version)
SETTINGS non_replicated_deduplication_window = 10000;

-- Every time a profile entered or left a segment.
CREATE TABLE IF NOT EXISTS hilo.membership_rows
(
    workspace LowCardinality(String) DEFAULT 'default',
    segment LowCardinality(String),
    segment_version UInt64,
    profile_id String,
    version UInt64,
    status LowCardinality(String),
    reason LowCardinality(String),
    message_id Nullable(String),
    event_time Nullable(DateTime64(3, 'UTC')),
    decided_at DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (workspace, segment, profile_id, version)
SETTINGS non_replicated_deduplication_window = 10000;

-- How every delivery ended.
CREATE TABLE IF NOT EXISTS hilo.delivery_rows
(
    workspace LowCardinality(String) DEFAULT 'default',
    delivery_id String,
    destination LowCardinality(String),
    profile_id String,
    segment LowCardinality(String),
    membership_version UInt64,
    membership_status LowCardinality(String),
    status LowCardinality(String),
    reason LowCardinality(String),
    attempts Int32,
    response_status Nullable(Int32),
    response_body Nullable(String),
    message_id Nullable(String),
    created_at DateTime64(3, 'UTC'),
    ended_at DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (workspace, destination, profile_id, ended_at)
SETTINGS non_replicated_deduplication_window = 10000;

-- Every event that was not accepted. `original` is its bytes, as text or (original_encoding) in base64.
CREATE TABLE IF NOT EXISTS hilo.rejected_rows
(
    workspace LowCardinality(String) DEFAULT 'default',
    rejection_id String,
    state LowCardinality(String),
    source LowCardinality(String),
    message_id Nullable(String),
    reason LowCardinality(String),
    field String,
    message String,
    type LowCardinality(Nullable(String)),
    original Nullable(String) CODEC(ZSTD(1)),
    original_encoding LowCardinality(String),
    received_at DateTime64(3, 'UTC'),
    via LowCardinality(String)
)
ENGINE = MergeTree
ORDER BY (workspace, source, received_at)
SETTINGS non_replicated_deduplication_window = 10000;
