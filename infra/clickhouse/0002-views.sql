-- The documented tables (docs/analytics.md): one row each whatever was retried, and the surviving profile in
-- profile_id. `recorded_profile_id` is the id that the record itself carries. Columns may be added to a view, never
-- taken away.

-- Absorbed profile → survivor, one row each.
CREATE OR REPLACE VIEW hilo.redirects AS
SELECT profile_id, survivor FROM hilo.redirect_rows FINAL;

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
    e.profile_id AS recorded_profile_id
FROM hilo.event_rows AS e
LEFT ANY JOIN hilo.redirects AS r ON r.profile_id = e.profile_id;

-- Who is who: every identifier with the event that linked it.
CREATE OR REPLACE VIEW hilo.identifiers AS
SELECT
    l.type AS type,
    l.value AS value,
    coalesce(nullIf(r.survivor, ''), l.profile_id) AS profile_id,
    l.source AS source,
    l.message_id AS message_id,
    l.timestamp AS linked_at,
    l.profile_id AS recorded_profile_id
FROM
(
    SELECT profile_id, source, message_id, timestamp, link.type AS type, link.value AS value
    FROM hilo.event_rows
    ARRAY JOIN linked AS link
) AS l
LEFT ANY JOIN hilo.redirects AS r ON r.profile_id = l.profile_id;

-- Surviving profiles. first_seen and last_seen are event times, over the events of all that it absorbed.
CREATE OR REPLACE VIEW hilo.profiles AS
SELECT
    profile_id,
    ifNull(accurateCastOrNull(argMax(known.traits, known.version), 'JSON'), CAST('{}', 'JSON')) AS traits,
    min(known.first_seen) AS first_seen,
    max(known.last_seen) AS last_seen,
    argMax(known.traits, known.version) AS traits_text
FROM
(
    SELECT
        coalesce(nullIf(r.survivor, ''), e.profile_id) AS profile_id,
        '{}' AS traits,
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
    SELECT p.profile_id, p.traits, p.version, p.event_time, p.event_time
    FROM hilo.profile_rows AS p FINAL
    WHERE p.status = 'live' AND p.profile_id NOT IN (SELECT profile_id FROM hilo.redirects)
) AS known
GROUP BY profile_id;

CREATE OR REPLACE VIEW hilo.merges AS
SELECT
    m.merge_id AS merge_id,
    m.absorbed AS absorbed,
    coalesce(nullIf(r.survivor, ''), m.survivor) AS survivor,
    m.also_absorbed AS also_absorbed,
    m.version AS version,
    m.identifiers AS identifiers,
    m.source AS source,
    m.message_id AS message_id,
    m.rule AS rule,
    m.event_time AS event_time,
    m.decided_at AS decided_at,
    m.survivor AS recorded_survivor
FROM hilo.merge_rows AS m
LEFT ANY JOIN hilo.redirects AS r ON r.profile_id = m.survivor;

CREATE OR REPLACE VIEW hilo.profile_changes AS
SELECT
    coalesce(nullIf(r.survivor, ''), c.profile_id) AS profile_id,
    c.version AS version,
    c.trait AS trait,
    c.value AS value,
    c.previous AS previous,
    c.reason AS reason,
    c.source AS source,
    c.message_id AS message_id,
    c.event_time AS event_time,
    c.decided_at AS decided_at,
    c.profile_id AS recorded_profile_id
FROM hilo.profile_change_rows AS c
LEFT ANY JOIN hilo.redirects AS r ON r.profile_id = c.profile_id;

-- `version` grows with each record of a recorded profile; `segment_version` is that of the segment's definition.
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
    m.profile_id AS recorded_profile_id
FROM hilo.membership_rows AS m
LEFT ANY JOIN hilo.redirects AS r ON r.profile_id = m.profile_id;

-- Who is in which segment now. An absorbed profile is in none: its survivor is, where it should be.
CREATE OR REPLACE VIEW hilo.segment_members AS
SELECT segment, profile_id, since
FROM
(
    SELECT segment, profile_id, argMax(status, version) AS status, argMax(decided_at, version) AS since
    FROM hilo.membership_rows
    WHERE profile_id NOT IN (SELECT profile_id FROM hilo.redirects)
    GROUP BY segment, profile_id
)
WHERE status = 'entered';

CREATE OR REPLACE VIEW hilo.deliveries AS
SELECT
    d.delivery_id AS delivery_id,
    d.destination AS destination,
    coalesce(nullIf(r.survivor, ''), d.profile_id) AS profile_id,
    d.segment AS segment,
    d.membership_version AS membership_version,
    d.membership_status AS membership_status,
    d.status AS status,
    d.reason AS reason,
    d.attempts AS attempts,
    d.response_status AS response_status,
    d.response_body AS response_body,
    d.message_id AS message_id,
    d.created_at AS created_at,
    d.ended_at AS ended_at,
    d.profile_id AS recorded_profile_id
FROM hilo.delivery_rows AS d
LEFT ANY JOIN hilo.redirects AS r ON r.profile_id = d.profile_id;

-- Every event that was not accepted: rejected with its reason, or a duplicate.
CREATE OR REPLACE VIEW hilo.rejected_events AS
SELECT
    rejection_id, state, source, message_id, reason, field, message, type, original, original_encoding, received_at, via
FROM hilo.rejected_rows;
