import { randomUUID } from 'node:crypto';
import { jsonCorpus, type SentJson, shownObject, type StoredValue, storedValues } from '@hilo/test-stack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventRow } from '../domain/event-row.ts';
import { profileRow } from '../domain/fact-rows.ts';
import { HistoryUnderTest } from '../testing/history-under-test.ts';
import { changed, identified } from '../testing/records.ts';
import { ClickHouseBackfill } from './clickhouse-backfill.ts';
import { clickHouseClient } from './clickhouse-client.ts';

let history: HistoryUnderTest;
const id = (name: string) => history.id(name);

beforeAll(async () => {
  history = await HistoryUnderTest.open();
}, 120_000);

afterAll(() => history.close());

/** Rows with integers of 64 bits as texts, so that none is rounded on its way. */
async function select<Row = Record<string, unknown>>(query: string): Promise<Row[]> {
  const result = await history.client.query({
    query,
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 1, output_format_json_quote_decimals: 1 },
  });
  return result.json<Row>();
}

interface StoredRow {
  readonly n: string;
  readonly properties_text: string;
  readonly values: Readonly<Record<string, { readonly type: string; readonly text: string }>>;
  readonly items: Readonly<
    Record<string, readonly { readonly place: string; readonly type: string; readonly text: string }[]>
  >;
  readonly properties: object;
  readonly traits: object;
  readonly context: object;
}

const byPath = (a: StoredValue, b: StoredValue) => Number(a.path > b.path) - Number(a.path < b.path);

function flat({ values, items }: Pick<StoredRow, 'values' | 'items'>): StoredValue[] {
  return [
    ...Object.entries(values).map(([path, { type, text }]) => ({ path, place: null, type, text })),
    ...Object.entries(items).flatMap(([path, of]) => of.map(({ place, type, text }) => ({ path, place, type, text }))),
  ].sort(byPath);
}

/** As JSON has it once read: integers of 64 bits come as texts, `-0` as 0, null in a list of lists as an empty list. */
function asRead(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? String(value + 0) : value;
  if (Array.isArray(value)) return value.map((element) => (element === null ? [] : asRead(element)));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, asRead(member)]));
}

async function load(name: string, corpus: readonly SentJson[]): Promise<void> {
  const events = corpus.map(({ text }, n) => {
    const texts = { properties: text, traits: text, context: text, via: 'kafka' };
    return ['events.identified', identified({ profile_id: id(name), message_id: String(n), ...texts })] as const;
  });
  await history.load(...events.map(([topic, value]): [typeof topic, typeof value] => [topic, value]));
}

describe('values in ClickHouse', () => {
  it('are what was sent, for JSON of every shape', async () => {
    const corpus = jsonCorpus(3, 300);
    await load('corpus', corpus);
    const rows = await select<StoredRow>(
      `SELECT message_id AS n, properties_text, property_values AS values, property_items AS items, properties, traits, context
       FROM hilo.events WHERE profile_id = '${id('corpus')}' ORDER BY toUInt32(n)`,
    );
    expect(rows).toHaveLength(corpus.length);
    for (const [n, row] of rows.entries()) {
      const { text, object } = corpus[n] as SentJson;
      expect(row.properties_text).toBe(text);
      expect(flat(row), text).toEqual([...storedValues(object)].sort(byPath));
      const shown = asRead(shownObject(object));
      for (const view of [row.properties, row.traits, row.context]) expect(asRead(view), text).toEqual(shown);
    }
  }, 60_000);
});

describe('what the views show', () => {
  /** Of an event and of a profile whose JSON is this text: values of a member in each of their columns. */
  async function shown(text: string, member: string, type: string): Promise<unknown[]> {
    const profile_id = id(`shown-${randomUUID().slice(0, 8)}`);
    const texts = { properties: text, traits: text, context: text };
    await history.load(
      ['events.identified', identified({ profile_id, ...texts })],
      ['profiles.changed', changed({ profile_id, traits: text })],
    );
    const values = (columns: readonly string[], view: string) =>
      select(`SELECT ${columns.map((column) => `${column}.${member}::${type} AS ${column}`).join(', ')}
        FROM hilo.${view} WHERE profile_id = '${profile_id}'`);
    const [event] = await values(['properties', 'traits', 'context'], 'events');
    const [profile] = await values(['traits'], 'profiles');
    return [...Object.values(event ?? {}), ...Object.values(profile ?? {})];
  }

  it.each([
    ['half of a surrogate pair in a text', '"name":"cut \\ud83d"'],
    ['half of a surrogate pair in a name', '"cut \\ud83d":1'],
    ['a number larger than any double', '"n":1e400'],
    ['an integer of 23 digits', '"id":12345678901234567890123'],
    ['a name with a dot, and the same path as an object', '"a.b":1,"a":{"b":2}'],
  ])('is every other value beside %s', async (_what, members) => {
    const text = `{"revenue":5,${members},"city":"Lima"}`;
    expect(await shown(text, 'revenue', 'Nullable(Float64)')).toEqual([5, 5, 5, 5]);
    expect(await shown(text, 'city', 'Nullable(String)')).toEqual(['Lima', 'Lima', 'Lima', 'Lima']);
  });

  it.each(['2015-10-30T14:10:00+0100', '2020-01-01', '2020-01-01 00:00:00', '0001-01-01T00:00:00Z', '007', '1e3'])(
    'is the text %s as it was sent, in every column alike',
    async (sent) => {
      const texts = await shown(JSON.stringify({ since: sent }), 'since', 'String');
      expect(texts).toEqual([sent, sent, sent, sent]);
    },
  );
});

describe('rows from before there were values', () => {
  /** A row as it was written before, without columns made of its texts. */
  const before = (row: object) =>
    Object.fromEntries(
      Object.entries(row).filter(([name]) => !/_values|_items|_shown|values_|request_position/.test(name)),
    );

  it('get them in the background, the same as new rows, however often it is begun', async () => {
    const corpus = jsonCorpus(4, 200);
    const events = corpus.map(({ text }, n) => {
      const texts = { properties: text, traits: text, context: text, via: 'kafka' };
      return identified({ profile_id: id(`old-${n % 7}`), message_id: `${n}`, ...texts });
    });
    const profile = changed({
      profile_id: id('old-0'),
      version: 3,
      traits: '{"crm_id":12345678901234567890123,"city":"Lima"}',
    });
    await history.sink.insert('event_rows', events.map(eventRow).map(before), `old-${history.run}`);
    await history.sink.insert('profile_rows', [before(profileRow(profile))], `old-${history.run}`);
    const shown = `SELECT message_id, properties FROM hilo.events WHERE startsWith(profile_id, '${id('old-0').slice(0, 6)}')
      AND endsWith(profile_id, '${history.run}') ORDER BY toUInt32(message_id)`;
    expect(await select(shown)).toHaveLength(corpus.length);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const backfill = new ClickHouseBackfill(clickHouseClient(accessOf(history)), silent);
      const filled = await backfill.fill();
      expect(filled.events >= (attempt === 0 ? corpus.length : 0)).toBe(true);
      await backfill.stop();
    }
    expect(
      await select(`SELECT name FROM system.parts WHERE database = 'hilo' AND table = 'event_rows' AND active
        AND secondary_indices_compressed_bytes = 0`),
    ).toEqual([]);
    await history.sink.insert(
      'event_rows',
      events.map((event) => eventRow({ ...event, profile_id: `${event.profile_id}-new` })),
      `new-${history.run}`,
    );
    const columns =
      'message_id, property_values, property_items, trait_values, trait_items, properties, values_left_out';
    const of = (suffix: string) =>
      select(`SELECT ${columns} FROM hilo.events WHERE startsWith(profile_id, 'p_old-') AND endsWith(profile_id, '${suffix}')
        ORDER BY toUInt32(message_id)`);
    expect(await of(history.run)).toEqual(await of(`${history.run}-new`));
    expect(
      await select(`SELECT trait_values['crm_id'].text AS crm_id, trait_values['city'].text AS city, traits
        FROM hilo.profiles WHERE profile_id = '${id('old-0')}'`),
    ).toEqual([
      { crm_id: '12345678901234567890123', city: 'Lima', traits: { crm_id: '12345678901234567890123', city: 'Lima' } },
    ]);
  }, 120_000);
});

const silent = { info: () => undefined, warn: () => undefined };

function accessOf({ stores }: HistoryUnderTest) {
  const { url, loaderUser, loaderPassword } = stores.clickhouse;
  return { clickhouseUrl: url, clickhouseUser: loaderUser, clickhouseLogin: loaderPassword };
}
