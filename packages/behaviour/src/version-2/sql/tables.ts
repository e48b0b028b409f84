/** Absorbed profiles and who they belong to. */
export const REDIRECTS = 'SELECT profile_key, survivor_key FROM hilo.redirects';

/** The surviving profile of a row `s` with the redirect `r` joined to it. */
export const SURVIVOR = 'if(r.survivor_key = 0, s.profile_key, r.survivor_key)';

/** True for rows of profiles that no other has absorbed. */
export const NOT_ABSORBED = 'profile_key NOT IN (SELECT profile_key FROM hilo.redirect_rows)';

/** All profiles that are known, as `key`; some several times. */
export const POPULATION = `SELECT ${SURVIVOR} AS key FROM (SELECT profile_key FROM hilo.event_rows GROUP BY profile_key) AS s
  LEFT ANY JOIN (${REDIRECTS}) AS r ON r.profile_key = s.profile_key
  UNION ALL SELECT profile_key AS key FROM hilo.profile_rows WHERE ${NOT_ABSORBED}
  GROUP BY profile_key HAVING argMax(status, version) = 'live'`;

/** How many profiles are known, as `people`, and how many events the one with the most has, as `most_events`. */
export const PEOPLE = `SELECT count() AS people, max(of_one) AS most_events FROM (SELECT key, sum(events) AS of_one FROM (
  SELECT ${SURVIVOR} AS key, s.events AS events
  FROM (SELECT profile_key, count() AS events FROM hilo.event_rows GROUP BY profile_key) AS s
  LEFT ANY JOIN (${REDIRECTS}) AS r ON r.profile_key = s.profile_key
  UNION ALL SELECT profile_key AS key, 0 AS events FROM hilo.profile_rows WHERE ${NOT_ABSORBED}
  GROUP BY profile_key HAVING argMax(status, version) = 'live'
) GROUP BY key)`;

/** The ids of the profiles with the keys in the parameter `keys`, as `profile_key` and `profile_id`. */
export const IDS_OF_KEYS = `SELECT profile_key, any(profile_id) AS profile_id FROM (
  SELECT profile_key, any(profile_id) AS profile_id FROM hilo.event_rows PREWHERE profile_key IN {keys:Array(UInt64)} GROUP BY profile_key
  UNION ALL SELECT profile_key, profile_id FROM hilo.profile_rows WHERE profile_key IN {keys:Array(UInt64)}
  UNION ALL SELECT survivor_key AS profile_key, survivor AS profile_id FROM hilo.redirects WHERE survivor_key IN {keys:Array(UInt64)}
) GROUP BY profile_key`;

/** All profiles that are known, as `profile_key` and `profile_id`. */
export const PROFILE_IDS = `SELECT key AS profile_key, any(id) AS profile_id FROM (
  SELECT ${SURVIVOR} AS key, if(r.survivor_key = 0, s.profile_id, r.survivor) AS id
  FROM (SELECT profile_key, any(profile_id) AS profile_id FROM hilo.event_rows GROUP BY profile_key) AS s
  LEFT ANY JOIN (SELECT profile_key, survivor, survivor_key FROM hilo.redirects) AS r ON r.profile_key = s.profile_key
  UNION ALL SELECT profile_key AS key, any(profile_id) AS id FROM hilo.profile_rows WHERE ${NOT_ABSORBED}
  GROUP BY profile_key HAVING argMax(status, version) = 'live'
) GROUP BY key`;
