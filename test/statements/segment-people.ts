import { randomUUID } from 'node:crypto';
import { sampleOf } from '../../schemas/src/samples.ts';
import type { clickHouseClient } from '../../services/history/src/adapters/clickhouse-client.ts';
import type { Side } from '../../packages/behaviour/src/version-2/testing/random-cases.ts';
import type { ProfileEvent } from '../../packages/behaviour/src/version-2/model.ts';
import { ClickHouseSink } from '../../services/history/src/adapters/clickhouse-sink.ts';
import { profileRow as profileRecordRow } from '../../services/history/src/domain/fact-rows.ts';
import { valueColumns } from '../../services/history/src/domain/event-row.ts';

/** A person as the tables have them: the profiles that were merged, the survivor first. */
export interface StoredPerson {
  readonly id: string;
  /** The traits and lists of the survivor. */
  readonly facts: Side['facts'];
  readonly sides: readonly Pick<Side, 'events'>[];
}

/** Where the entries of static lists are, until the history service has a table for them. */
export const LIST_ENTRIES = 'SELECT sipHash64(profile_id) AS profile_key, list, until_ms FROM hilo.test_list_entries';

/** Inserts people as the loader does. */
export async function storePeople(
  client: ReturnType<typeof clickHouseClient>,
  people: readonly StoredPerson[],
): Promise<void> {
  await client.command({
    query: `CREATE TABLE IF NOT EXISTS hilo.test_list_entries (profile_id String, list String, until_ms Nullable(Int64))
      ENGINE = MergeTree ORDER BY profile_id`,
  });
  const sideId = (id: string, side: number) => (side === 0 ? id : `${id}-${side}`);
  const rows = {
    event_rows: people.flatMap(({ id, sides }) =>
      sides.flatMap(({ events }, side) => events.map((event) => eventRow(sideId(id, side), event))),
    ),
    redirect_rows: people.flatMap(({ id, sides }) =>
      sides.slice(1).flatMap((_, index) => [
        { profile_id: sideId(id, index + 1), survivor: 'p_other', version: 1 },
        { profile_id: sideId(id, index + 1), survivor: id, version: 2 },
      ]),
    ),
    profile_rows: people.flatMap(({ id, facts, sides }) => [
      profileRow(id, 1, 'live', '{"plan":"old","level":-1,"country":"XX","vip":"old"}', OLD_TIMES),
      profileRow(id, 2, 'live', facts.traits.text, facts.sinceMs),
      ...sides
        .slice(1)
        .map((_, index) => profileRow(sideId(id, index + 1), 3, 'live', '{"plan":"absorbed"}', OLD_TIMES)),
    ]),
    test_list_entries: people.flatMap(({ id, facts }) =>
      [...facts.lists].map(([list, endMs]) => ({ profile_id: id, list, until_ms: endMs })),
    ),
  };
  const sink = new ClickHouseSink(client);
  for (const [table, values] of Object.entries(rows)) {
    if (values.length > 0) await sink.insert(table, values, `${table}-${randomUUID()}`);
  }
}

function eventRow(profile_id: string, event: ProfileEvent): object {
  const carriesTraits = event.type === 'identify' || event.type === 'group';
  const texts = {
    properties: carriesTraits ? null : event.properties.text,
    traits: carriesTraits ? event.properties.text : null,
  };
  return {
    ...valueColumns({ ...texts, context: null, via: 'http' }),
    ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== null)),
    profile_id,
    timestamp: event.timestampMs,
    received_at: event.receivedAtMs,
    message_id: event.messageId,
    source: event.source,
    type: event.type,
    ...(event.event === null ? {} : { event: event.event }),
    ...(event.name === null ? {} : event.type === 'group' ? { group_id: event.name } : { name: event.name }),
    timestamp_clamped: false,
    via: 'http',
    request_position: event.position,
  };
}

const OLD_TIMES = new Map(['plan', 'level', 'country', 'vip'].map((name) => [name, 0]));

function profileRow(
  profile_id: string,
  version: number,
  status: string,
  traits: string,
  times: ReadonlyMap<string, number>,
): object {
  const record = { profile_id, version, status, traits, traits_since: JSON.stringify(Object.fromEntries(times)) };
  return profileRecordRow(sampleOf('profiles.changed', record));
}
