import { randomUUID } from 'node:crypto';
import { sampleOf } from '../../schemas/src/samples.ts';
import type { clickHouseClient } from '../../services/history/src/adapters/clickhouse-client.ts';
import type { Side } from '../../packages/behaviour/src/version-2/testing/random-cases.ts';
import { JsonText } from '../../packages/behaviour/src/document/json-text.ts';
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

/** Inserts people as the loader does. */
export async function storePeople(
  client: ReturnType<typeof clickHouseClient>,
  people: readonly StoredPerson[],
): Promise<void> {
  const sideId = (id: string, side: number) => (side === 0 ? id : `${id}-${side}`);
  const rows = {
    event_rows: people.flatMap(({ id, facts, sides }) => [
      ...sides.flatMap(({ events }, side) => events.map((event) => eventRow(sideId(id, side), event))),
      ...listEvents(facts.lists).map((event, index) => eventRow(sideId(id, index % sides.length), event)),
    ]),
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
  };
  const sink = new ClickHouseSink(client);
  for (const [table, values] of Object.entries(rows)) {
    if (values.length > 0) await sink.insert(table, values, `${table}-${randomUUID()}`);
  }
}

/** The records of the lists that a person is on: each after one that says otherwise. Of other lists, one that took the person off. */
function listEvents(lists: StoredPerson['facts']['lists']): readonly ProfileEvent[] {
  return ['vip', 'beta'].flatMap((list) => {
    const endMs = lists.get(list);
    const until = endMs === null || endMs === undefined ? {} : { until: new Date(endMs).toISOString() };
    const isOn = endMs !== undefined;
    return [listEvent(list, 1, isOn ? { on: false } : { on: true }), listEvent(list, 2, { on: isOn, ...until })];
  });
}

function listEvent(list: string, position: number, properties: object): ProfileEvent {
  return {
    ...{ type: 'list', event: null, name: list, properties: new JsonText(JSON.stringify(properties)) },
    ...{ timestampMs: 1_000, receivedAtMs: 1_000, position, source: '_lists', messageId: `${list}-${position}` },
  } as unknown as ProfileEvent;
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
