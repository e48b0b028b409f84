import { jsonCorpus, type SentJson, shownObject, type StoredValue, storedValues } from '@hilo/test-stack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HistoryUnderTest } from '../testing/history-under-test.ts';
import { identified } from '../testing/records.ts';

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
    const texts = { properties: text, traits: text, context: text };
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
