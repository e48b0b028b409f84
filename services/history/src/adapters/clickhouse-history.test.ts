import { readFileSync } from 'node:fs';
import type { ClickHouseClient } from '@clickhouse/client';
import type { RecordOf } from '@hilo/streaming';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HistoryTopics, recordHistory } from '../processors/record-history.ts';
import { HistoryUnderTest } from '../testing/history-under-test.ts';
import { changed, delivered, identified, membership, merged, rejected } from '../testing/records.ts';
import type { ClickHouseSink } from './clickhouse-sink.ts';

let history: HistoryUnderTest;
let client: ClickHouseClient;
let sink: ClickHouseSink;
let run: string;
const id = (name: string) => history.id(name);
const get = (url: string) => history.get(url);
const load: HistoryUnderTest['load'] = (...records) => history.load(...records);

beforeAll(async () => {
  history = await HistoryUnderTest.open();
  ({ client, sink, run } = history);
}, 120_000);

afterAll(() => history.close());

async function select<Row = Record<string, unknown>>(query: string): Promise<Row[]> {
  const result = await client.query({
    query,
    query_params: { run },
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  });
  return result.json<Row>();
}

describe('rows in ClickHouse', () => {
  it('are there once, however often the same token comes', async () => {
    const events = [1, 2, 3].map((n) => ({ ...identified({ profile_id: id('once'), message_id: `m-${n}` }) }));
    const rows = events.map((event) => recordHistory.rows(inputOf(event))[0]?.row ?? {});
    for (let attempt = 0; attempt < 3; attempt += 1) await sink.insert('event_rows', rows, `once-${run}`);
    await sink.insert('event_rows', rows.slice(0, 1), `another-${run}`);
    const [count] = await select(
      `SELECT count() AS all, uniqExact(message_id) AS messages FROM hilo.events WHERE profile_id = '${id('once')}'`,
    );
    expect(count).toEqual({ all: 4, messages: 3 });
  });

  it('are there once when the same token comes twice at the same time', async () => {
    const row = recordHistory.rows(inputOf(identified({ profile_id: id('race') })))[0]?.row ?? {};
    await Promise.all([1, 2, 3, 4].map(() => sink.insert('event_rows', [row], `race-${run}`)));
    expect(await select(`SELECT count() AS all FROM hilo.events WHERE profile_id = '${id('race')}'`)).toEqual([
      { all: 1 },
    ]);
  });

  it('take any JSON text, keep it byte for byte, and parse what can be parsed', async () => {
    const texts = [
      '{"revenue":12.5,"at":"2026-01-01T00:00:00Z","products":[{"price":1},{"price":2}]}',
      '{"a":1,"a":2}',
      '{"a":1,"a":{"b":2},"a.b":3}',
      '{"big":123456789012345678901234567890}',
      '{"e":1e999}',
      '[1,2]',
      '"text"',
      'not JSON',
      '',
      `{"deep":${'['.repeat(2000)}${']'.repeat(2000)}}`,
      `{"a":${'{"a":'.repeat(400)}1${'}'.repeat(400)}}`,
      JSON.stringify(Object.fromEntries(Array.from({ length: 2000 }, (_, n) => [`key ${n}`, n]))),
      '{"":1," ":2,"\\u0000":3,"é\\ud83d\\ude00":"\\ud800"}',
    ];
    await load(
      ...texts.map((properties, n): ['events.identified', HistoryTopics['events.identified']] => [
        'events.identified',
        identified({ profile_id: id('texts'), message_id: String(n), properties, context: properties }),
      ]),
    );
    const rows = await select<{ n: number; text: string }>(
      `SELECT toUInt32(message_id) AS n, properties_text AS text FROM hilo.events
       WHERE profile_id = '${id('texts')}' ORDER BY n`,
    );
    expect(rows.map(({ text }) => text)).toEqual(texts);
    const [parsed] = await select(
      `SELECT properties.revenue::Float64 AS revenue, properties.at::String AS at,
         arraySum(properties.products[].price::Array(Float64)) AS price, context.revenue::Float64 AS in_context
       FROM hilo.events WHERE profile_id = '${id('texts')}' AND message_id = '0'`,
    );
    expect(parsed).toEqual({ revenue: 12.5, at: '2026-01-01T00:00:00Z', price: 3, in_context: 12.5 });
    const everything = await select(
      `SELECT properties, context, traits FROM hilo.events WHERE profile_id = '${id('texts')}'`,
    );
    expect(everything).toHaveLength(texts.length);
  });

  it('take any time', async () => {
    const times = [0, -1, 8_640_000_000_000_000, -8_640_000_000_000_000, 2 ** 52 - 1, -(2 ** 52) + 1];
    await load(
      ...times.map((timestamp, n): ['events.identified', HistoryTopics['events.identified']] => [
        'events.identified',
        identified({ profile_id: id('times'), message_id: String(n), timestamp, sent_at: timestamp }),
      ]),
    );
    const answer = await get(`/v1/profiles/${id('times')}/events`);
    expect(answer.json().items).toHaveLength(times.length);
    const kept = await select<{ timestamp: number; sent_at: number }>(
      `SELECT timestamp_ms AS timestamp, toUnixTimestamp64Milli(sent_at) AS sent_at FROM hilo.events
       WHERE profile_id = '${id('times')}' ORDER BY toUInt32(message_id)`,
    );
    expect(kept).toEqual(times.map((time) => ({ timestamp: time, sent_at: time })));
  });

  it('shows every year from 1 to 9999 as it is', async () => {
    const years = [
      '0001-01-01 00:00:00.000',
      '0026-11-30 00:00:00.000',
      '1899-12-31 23:59:59.999',
      '2300-01-01 00:00:00.000',
    ];
    years.push('9999-12-31 23:59:59.999');
    await load(
      ...years.map((year, n): ['events.identified', HistoryTopics['events.identified']] => {
        const timestamp = Date.parse(`${year.replace(' ', 'T')}Z`);
        const fields = { timestamp, sent_at: timestamp, original_timestamp: timestamp, received_at: timestamp };
        return ['events.identified', identified({ profile_id: id('years'), message_id: String(n), ...fields })];
      }),
    );
    const rows = await select(
      `SELECT timestamp, sent_at, original_timestamp, received_at FROM hilo.events
       WHERE profile_id = '${id('years')}' ORDER BY timestamp`,
    );
    expect(rows).toEqual(
      years.map((year) => ({ timestamp: year, sent_at: year, original_timestamp: year, received_at: year })),
    );
  });
});

describe('the views', () => {
  it('give each row its surviving profile, in whatever order merges arrive', async () => {
    const [a, b, c] = [id('a'), id('b'), id('c')];
    // b was absorbed by c after a by b, and the later merge is loaded first.
    await load([
      'identity.merges',
      merged({ merge_id: `2-${run}`, absorbed: b, survivor: c, also_absorbed: [a], version: 2 }),
    ]);
    await load(
      [
        'events.identified',
        identified({ profile_id: a, message_id: 'a', timestamp: 1000, linked: [{ type: 'anonymous_id', value: run }] }),
      ],
      ['events.identified', identified({ profile_id: c, message_id: 'c', timestamp: 3000 })],
      ['profiles.changed', changed({ profile_id: a, version: 5, traits: '{"plan":"old"}' })],
      [
        'profiles.changed',
        changed({
          profile_id: c,
          version: 2,
          traits: '{"plan":"new"}',
          event_time: 2000,
          changes: [
            { trait: 'plan', value: '"new"', previous: null, source: 'web', message_id: 'c', event_time: 2000 },
          ],
        }),
      ],
      ['profiles.changed', changed({ profile_id: c, version: 1, traits: '{"plan":"late"}', event_time: 2000 })],
      ['activation.deliveries', delivered({ delivery_id: run, profile_id: a })],
    );
    await load(['identity.merges', merged({ merge_id: `1-${run}`, absorbed: a, survivor: b, version: 1 })]);
    const events = await select(
      `SELECT message_id, profile_id, recorded_profile_id FROM hilo.events
       WHERE recorded_profile_id IN ('${a}', '${c}') ORDER BY timestamp`,
    );
    expect(events).toEqual([
      { message_id: 'a', profile_id: c, recorded_profile_id: a },
      { message_id: 'c', profile_id: c, recorded_profile_id: c },
    ]);
    expect(
      await select(`SELECT profile_id, traits.plan::String AS plan, toUnixTimestamp64Milli(first_seen) AS first_seen,
      toUnixTimestamp64Milli(last_seen) AS last_seen FROM hilo.profiles WHERE profile_id IN ('${a}', '${b}', '${c}')`),
    ).toEqual([{ profile_id: c, plan: 'new', first_seen: 1000, last_seen: 3000 }]);
    expect(await select(`SELECT profile_id, type FROM hilo.identifiers WHERE value = '${run}'`)).toEqual([
      { profile_id: c, type: 'anonymous_id' },
    ]);
    expect(
      await select(`SELECT absorbed, survivor FROM hilo.merges WHERE merge_id LIKE '%-${run}' ORDER BY version`),
    ).toEqual([
      { absorbed: a, survivor: c },
      { absorbed: b, survivor: c },
    ]);
    expect(await select(`SELECT profile_id, trait, value FROM hilo.profile_changes WHERE profile_id = '${c}'`)).toEqual(
      [{ profile_id: c, trait: 'plan', value: '"new"' }],
    );
    expect(await select(`SELECT profile_id FROM hilo.deliveries WHERE delivery_id = '${run}'`)).toEqual([
      { profile_id: c },
    ]);
  });

  it('know who is in a segment now, and since when', async () => {
    const [stays, leaves, gone, survivor] = [id('stays'), id('leaves'), id('gone'), id('survivor')];
    const segment = `segment-${run}`;
    await load(
      ['segments.membership', membership({ segment, profile_id: stays, version: 1, decided_at: 1000 })],
      // The later record is read first.
      ['segments.membership', membership({ segment, profile_id: leaves, version: 9, status: 'exited' })],
      ['segments.membership', membership({ segment, profile_id: leaves, version: 2 })],
      ['segments.membership', membership({ segment, profile_id: gone, version: 1 })],
      ['identity.merges', merged({ merge_id: `3-${run}`, absorbed: gone, survivor })],
    );
    expect(
      await select(`SELECT profile_id, toUnixTimestamp64Milli(since) AS since FROM hilo.segment_members
      WHERE segment = '${segment}'`),
    ).toEqual([{ profile_id: stays, since: 1000 }]);
    expect(
      await select(`SELECT profile_id, toUnixTimestamp64Milli(since) AS since, profile_key = sipHash64(profile_id) AS its_key
      FROM hilo.members_of(segment = '${segment}')`),
    ).toEqual([{ profile_id: stays, since: 1000, its_key: 1 }]);
    expect(await select(`SELECT count() AS all FROM hilo.membership_changes WHERE segment = '${segment}'`)).toEqual([
      { all: 4 },
    ]);
  });

  it('say of a change whether a definition or an import of the past caused it', async () => {
    const [one, other, segment] = [id('one'), id('other'), `marked-${run}`];
    await load(
      ['segments.membership', membership({ segment, profile_id: one, backfilled: true })],
      ['segments.membership', membership({ segment, profile_id: other, historical: true })],
      ['events.identified', identified({ profile_id: one, message_id: segment, historical: true })],
    );
    const by = (mark: string) =>
      select(`SELECT profile_id FROM hilo.membership_changes WHERE segment = '${segment}' AND ${mark}`);
    expect([await by('backfilled'), await by('historical')]).toEqual([[{ profile_id: one }], [{ profile_id: other }]]);
    expect(await select(`SELECT historical FROM hilo.events WHERE message_id = '${segment}'`)).toEqual([
      { historical: true },
    ]);
  });

  it('say of a change whether it was decided while an origin was left out', async () => {
    const [sure, unsure, segment] = [id('sure'), id('unsure'), `unproven-${run}`];
    await load(
      ['segments.membership', membership({ segment, profile_id: sure, status: 'exited' })],
      ['segments.membership', membership({ segment, profile_id: unsure, status: 'exited', unproven: true })],
    );
    expect(
      await select(`SELECT profile_id FROM hilo.membership_changes WHERE segment = '${segment}' AND unproven`),
    ).toEqual([{ profile_id: unsure }]);
  });

  it('name every profile that records of a member carry', async () => {
    const [member, absorbed, earlier, stranger] = [id('member'), id('absorbed'), id('earlier'), id('stranger')];
    const segment = `recorded-${run}`;
    await load(
      ['segments.membership', membership({ segment, profile_id: member, version: 1 })],
      ['segments.membership', membership({ segment, profile_id: stranger, version: 2, status: 'exited' })],
      ['identity.merges', merged({ merge_id: `4-${run}`, absorbed, survivor: member, also_absorbed: [earlier] })],
    );
    expect(
      await select(`SELECT profile_id, recorded_profile_id FROM hilo.segment_recorded_members
      WHERE segment = '${segment}' ORDER BY recorded_profile_id`),
    ).toEqual(
      [absorbed, earlier, member].sort().map((recorded) => ({ profile_id: member, recorded_profile_id: recorded })),
    );
    expect(
      await select(`SELECT profile_key = sipHash64('${member}') AS of_member, count() AS recorded
      FROM hilo.recorded_members_of(segment = '${segment}')
      WHERE recorded_profile_key IN (sipHash64('${absorbed}'), sipHash64('${earlier}'), sipHash64('${member}'))
      GROUP BY of_member`),
    ).toEqual([{ of_member: 1, recorded: 3 }]);
    expect(await select(`SELECT count() AS recorded FROM hilo.recorded_members_of(segment = '${segment}')`)).toEqual([
      { recorded: 3 },
    ]);
  });

  it('hold every refused event with its bytes', async () => {
    await load(['events.rejected', rejected({ rejection_id: run, original: Buffer.from('{"type":"track"}') })]);
    expect(
      await select(`SELECT state, reason, original FROM hilo.rejected_events WHERE rejection_id = '${run}'`),
    ).toEqual([{ state: 'rejected', reason: 'missing_event', original: '{"type":"track"}' }]);
  });
});

describe('the documentation', () => {
  const page = readFileSync(new URL('../../../../docs/analytics.md', import.meta.url), 'utf8');

  it('names the columns that the tables have', async () => {
    for (const [, table = '', columns = ''] of page.matchAll(/^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$/gm)) {
      const found = await select<{ name: string }>(`DESCRIBE TABLE hilo.${table}`);
      const names = found.map(({ name }) => name);
      for (const [, column] of columns.replaceAll(/\([^)]*\)/g, '').matchAll(/`(\w+)`/g))
        expect(names, table).toContain(column);
    }
  });
});

describe('the HTTP API', () => {
  it('pages through the events of a profile and all it absorbed, newest first', async () => {
    const [old, now] = [id('old'), id('now')];
    const event = (profile_id: string, n: number): ['events.identified', HistoryTopics['events.identified']] => [
      'events.identified',
      identified({ profile_id, message_id: String(n), timestamp: 1000 + Math.floor(n / 2), properties: `{"n":${n}}` }),
    ];
    await load(event(old, 0), event(old, 1), event(now, 2), event(old, 3), event(now, 4));
    await load(['identity.merges', merged({ merge_id: `4-${run}`, absorbed: old, survivor: now })]);
    for (const profile of [old, now]) {
      const seen: unknown[] = [];
      let cursor = '';
      do {
        const body = (await get(`/v1/profiles/${profile}/events?limit=2${cursor}`)).json();
        expect(body.profile_id).toBe(now);
        for (const { properties } of body.items) seen.push(properties.n);
        cursor = body.next === null ? '' : `&cursor=${body.next}`;
      } while (cursor !== '');
      expect(seen).toEqual([4, 3, 2, 1, 0]);
    }
  });

  it('pages through events of the same time by receivedAt, position in the request, source and messageId', async () => {
    const profile = id('order');
    const sent = [
      { received_at: 2000, request_position: 1, source: 'web', message_id: 'd' },
      { received_at: 2000, request_position: 0, source: 'app', message_id: 'e' },
      { received_at: 2000, request_position: 0, source: 'web', message_id: 'b' },
      { received_at: 1000, request_position: 9, source: 'web', message_id: 'z' },
      { received_at: 2000, request_position: 0, source: 'web', message_id: 'c' },
    ];
    const events = sent.map((fields): ['events.identified', HistoryTopics['events.identified']] => [
      'events.identified',
      Object.assign(identified({ profile_id: profile, timestamp: 500 }), fields),
    ]);
    await load(...events);
    const seen: unknown[] = [];
    let cursor = '';
    do {
      const body = (await get(`/v1/profiles/${profile}/events?limit=2${cursor}`)).json();
      for (const { message_id } of body.items) seen.push(message_id);
      cursor = body.next === null ? '' : `&cursor=${body.next}`;
    } while (cursor !== '');
    expect(seen).toEqual(['d', 'c', 'b', 'e', 'z']);
  });

  it('answers numbers with every digit', async () => {
    const properties = '{"id":12345678901234567890123,"price":0.12345678901234567891,"n":1e400}';
    await load(['events.identified', identified({ profile_id: id('digits'), properties })]);
    expect((await get(`/v1/profiles/${id('digits')}/events`)).body).toContain(`"properties":${properties}`);
  });

  it('answers an unknown profile and a wrong cursor as problems', async () => {
    expect((await get('/v1/profiles/p_nobody/events')).json()).toMatchObject({ status: 404, field: 'profile_id' });
    const cursor = Buffer.from('["x"]').toString('base64url');
    expect((await get(`/v1/profiles/p/events?cursor=${cursor}`)).json()).toMatchObject({
      status: 400,
      field: 'cursor',
    });
    expect((await get('/v1/profiles/p/events?limit=0')).json()).toMatchObject({ status: 400, field: 'limit' });
  });

  it('counts everything, and the terminal states of events add up', async () => {
    const { states, events, rejected: refused } = (await get('/v1/counts')).json();
    expect(states.accepted).toBeGreaterThan(0);
    expect(states.ended).toBe(states.accepted + states.duplicate + states.rejected);
    const total = (counts: { count: number }[]) => counts.reduce((sum, { count }) => sum + count, 0);
    expect(total(events) + total(refused)).toBe(states.ended);
  });

  it('serves what its document says', () => {
    expect(history.app.routeDifferences()).toEqual([]);
  });
});

function inputOf(value: HistoryTopics['events.identified']): RecordOf<HistoryTopics> {
  return { kind: 'record', topic: 'events.identified', partition: 0, offset: 0, key: null, value, timestamp_ms: 0 };
}
