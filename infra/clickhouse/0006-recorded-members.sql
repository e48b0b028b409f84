-- Who is in which segment now, by every profile id that their records carry: a member's own, and those of the profiles that
-- it absorbed. What narrows `event_rows` to a segment without asking for people needs no survivor for each row.
CREATE OR REPLACE VIEW hilo.segment_recorded_members AS
SELECT
    m.segment AS segment,
    m.profile_id AS profile_id,
    arrayJoin(arrayPushBack(a.absorbed, m.profile_id)) AS recorded_profile_id
FROM hilo.segment_members AS m
LEFT ANY JOIN
(
    SELECT survivor, groupArray(profile_id) AS absorbed
    FROM hilo.redirects
    GROUP BY survivor
) AS a ON a.survivor = m.profile_id;
