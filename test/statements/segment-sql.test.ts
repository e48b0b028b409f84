import { migrateClickHouse, openStores, type StoresFor } from '@hilo/test-stack';
import { parseJson } from '@hilo/exact-json';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CompiledSql,
  compileSql,
  nodeHolds,
  PROFILE_IDS,
} from '../../packages/behaviour/src/version-2/sql/index.ts';
import {
  FORMS,
  oracleHolds,
  randomCase,
  scenarios,
  type Question,
  Random,
  zoneOf,
  type Case,
} from '../../packages/behaviour/src/version-2/testing/index.ts';
import { compareEvents, type ProfileEvent } from '../../packages/behaviour/src/version-2/model.ts';
import { JsonText } from '../../packages/behaviour/src/document/json-text.ts';
import { clickHouseClient } from '../../services/history/src/adapters/clickhouse-client.ts';
import { type StoredPerson, storePeople } from './segment-people.ts';

/** True for `npm run accept segment-sql`: all scenarios, and thousands of conditions. */
const ASKS_ALL = process.env['HILO_SEGMENT_QUESTIONS'] === 'all';
/** People in the tables, and conditions that all of them are asked. A multiple of the number of forms. */
const PEOPLE = 119;
const CONDITIONS = FORMS.length * (ASKS_ALL ? 590 : 6);
/** Every so many scenarios are asked. */
const SCENARIO_STEP = ASKS_ALL ? 1 : 8;
const TIMEOUT_MS = ASKS_ALL ? 6 * 3_600_000 : 600_000;

let stores: StoresFor<'clickhouse'>;
let client: ReturnType<typeof clickHouseClient>;

beforeAll(async () => {
  stores = await openStores('clickhouse');
  await migrateClickHouse(stores.clickhouse);
  const { url, user, password } = stores.clickhouse;
  client = clickHouseClient({ clickhouseUrl: url, clickhouseUser: user, clickhouseLogin: password });
}, 120_000);

afterAll(async () => {
  await client.close();
  await stores.close();
});

/** The ids of all people, by their keys. */
let ids: ReadonlyMap<string, string>;

async function store(people: readonly StoredPerson[]): Promise<void> {
  await storePeople(client, people);
  const rows = await select<{ profile_key: string; profile_id: string }>(PROFILE_IDS, {});
  ids = new Map(rows.map(({ profile_key, profile_id }) => [profile_key, profile_id]));
}

async function select<Row>(query: string, params: CompiledSql['params']): Promise<Row[]> {
  const answer = await client.query({
    query,
    query_params: { ...params },
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 1 },
  });
  return answer.json<Row>();
}

/** The ids of the people for whom a condition holds, with the first column of what holds for each. */
async function ask({ sql, params }: Pick<CompiledSql, 'sql' | 'params'>): Promise<ReadonlyMap<string, number>> {
  const rows = await select<{ profile_key: string; m0: number }>(sql, params);
  return new Map(rows.map(({ profile_key, m0 }) => [ids.get(profile_key) ?? profile_key, m0]));
}

function options({ zoneName, segments, eventsKept }: Case, momentMs: number) {
  const kept = eventsKept === undefined ? { hasFewEvents: momentMs % 2 === 0 } : { eventsKept };
  return { momentMs, zone: zoneOf(zoneName), segments, ...kept };
}

/** A person whose traits were written over time, by calls that came before and after a merge. */
function personWithPast(seed: number): StoredPerson {
  const random = new Random(seed);
  const { facts, sides, momentMs } = randomCase(seed);
  const identified = (events: readonly ProfileEvent[]) =>
    random.times(random.whole(0, 4), (): ProfileEvent => {
      const { facts: written, momentMs: otherMs } = randomCase(random.whole(0, 1_000));
      const traits = Object.entries(parseJson(written.traits.text) as object).map(
        ([name, value]) => `${JSON.stringify(name)}:${random.chance(0.2) ? 'null' : JSON.stringify(value)}`,
      );
      const timestampMs = events.length > 0 && random.chance(0.3) ? random.pick(events).timestampMs : otherMs;
      return {
        ...{ type: 'identify', event: null, name: null, properties: new JsonText(`{${traits.join(',')}}`) },
        ...{ timestampMs, receivedAtMs: Math.max(timestampMs, momentMs), position: random.whole(0, 1) },
        ...{ source: 'web', messageId: `i${random.whole(0, 1_000_000)}` },
      };
    });
  return {
    id: `t_${seed}`,
    facts: { ...facts, birthId: `t_${seed}`, traits: new JsonText('{"plan":"now"}'), sinceMs: new Map() },
    sides: sides.map(({ events }) => ({ events: [...events, ...identified(events)] })),
  };
}

/** The person as it was at a moment, found the slow and obvious way. */
function pastOf({ facts, sides }: StoredPerson, momentMs: number): Pick<Question, 'facts' | 'events'> {
  const events = sides.flatMap((side) => side.events).filter(({ timestampMs }) => timestampMs <= momentMs);
  const calls = events.filter(({ type }) => type === 'identify').toSorted(compareEvents);
  const traits: Record<string, unknown> = {};
  const sinceMs = new Map<string, number>();
  for (const { properties, timestampMs } of calls) {
    for (const [name, value] of Object.entries(properties.exact as object)) {
      const isSame = sinceMs.has(name) && JSON.stringify(traits[name] ?? null) === JSON.stringify(value);
      if (!isSame) sinceMs.set(name, timestampMs);
      if (value === null) delete traits[name];
      else traits[name] = value;
    }
  }
  return { events, facts: { ...facts, traits: new JsonText(JSON.stringify(traits)), sinceMs } };
}

describe('the segment language in ClickHouse', () => {
  it(
    'gives the same people as the oracle, for random conditions over random people at random moments',
    async () => {
      const people = Array.from({ length: PEOPLE }, (_, seed) => {
        const { facts, sides, events } = randomCase(seed);
        return { id: `p_${seed}`, facts: { ...facts, birthId: `p_${seed}` }, sides, events };
      });
      await store(people);
      for (let seed = 0; seed < CONDITIONS; seed += 1) {
        const one = randomCase(seed);
        const { condition, momentMs, zoneName, segments, eventsKept } = one;
        const compiled = compileSql(condition, options(one, momentMs));
        const found = await ask(compiled);
        const question = { condition, momentMs, zone: zoneOf(zoneName), segments, ...(eventsKept && { eventsKept }) };
        const expected = people.filter(({ facts, events }) => oracleHolds({ ...question, facts, events }));
        const name = `seed ${seed}: ${JSON.stringify(condition)}`;
        expect([...found.keys()].sort(), name).toEqual(expected.map(({ id }) => id).sort());
        for (const { id, facts, events } of compiled.words === 1 ? expected.slice(0, 3) : []) {
          for (const leaf of compiled.leaves) {
            const holds = oracleHolds({ ...question, condition: leaf.condition, facts, events });
            expect(nodeHolds(leaf.node, [found.get(id) ?? 0]), `${name} ${leaf.field} of ${id}`).toBe(holds);
          }
        }
      }
    },
    TIMEOUT_MS,
  );

  it(
    'gives as of a past moment the people by what they did and what their traits were then',
    async () => {
      const people = Array.from({ length: PEOPLE }, (_, seed) => personWithPast(seed));
      await store(people);
      const asked = Array.from({ length: CONDITIONS }, (_, seed) => randomCase(seed)).filter(({ condition }) =>
        JSON.stringify(condition).includes('"trait"'),
      );
      for (const one of asked) {
        const { condition, momentMs, zoneName, segments, eventsKept } = one;
        const found = await ask(compileSql(condition, { ...options(one, momentMs), asOfMs: momentMs }));
        const question = { condition, momentMs, zone: zoneOf(zoneName), segments, ...(eventsKept && { eventsKept }) };
        const expected = people.filter((person) => oracleHolds({ ...question, ...pastOf(person, momentMs) }));
        const name = `seed ${one.seed} as of ${new Date(momentMs).toISOString()}: ${JSON.stringify(condition)}`;
        const ofPast = [...found.keys()].filter((id) => id.startsWith('t_'));
        expect(ofPast.sort(), name).toEqual(expected.map(({ id }) => id).sort());
      }
    },
    TIMEOUT_MS,
  );

  it(
    'gives the answers that scenarios state',
    async () => {
      const all = scenarios();
      await store(all.map(({ facts, events }, index) => ({ id: `s_${index}`, facts, sides: [{ events }] })));
      for (const [index, scenario] of all.entries()) {
        if (index % SCENARIO_STEP !== 0) continue;
        // The bucket of a person is made of the id, which is another here.
        if (JSON.stringify([scenario.condition, ...scenario.segments.values()]).includes('randomBucket')) continue;
        for (const { momentMs, holds } of scenario.answers) {
          const found = await ask(compileSql(scenario.condition, options(scenario, momentMs)));
          expect(found.has(`s_${index}`), `${scenario.name} at ${new Date(momentMs).toISOString()}`).toBe(holds);
        }
      }
    },
    TIMEOUT_MS,
  );

  it('ignores case as JavaScript does, character by character, in all of Unicode', async () => {
    const bytes = `multiIf(n < 128, char(n), n < 2048, char(192 + intDiv(n, 64), 128 + n % 64),
      n < 65536, char(224 + intDiv(n, 4096), 128 + intDiv(n, 64) % 64, 128 + n % 64),
      char(240 + intDiv(n, 262144), 128 + intDiv(n, 4096) % 64, 128 + intDiv(n, 64) % 64, 128 + n % 64))`;
    const answer = await client.query({
      query: `SELECT n, folded FROM (SELECT number AS n, ${bytes} AS c, lowerUTF8(replaceAll(c, 'Σ', 'σ')) AS folded FROM numbers(1114112))
        WHERE folded != c AND NOT (n >= 55296 AND n < 57344)`,
      format: 'JSONCompactEachRow',
    });
    const changed = new Map(await answer.json<readonly [string, string]>());
    const differing: string[] = [];
    for (let code = 0; code < 0x110000; code += 1) {
      if (code >= 0xd800 && code < 0xe000) continue;
      const character = String.fromCodePoint(code);
      const folded = changed.get(String(code)) ?? changed.get(code as unknown as string) ?? character;
      if (folded !== character.toLowerCase()) differing.push(code.toString(16));
    }
    expect(differing).toEqual([]);
    const words = await client.query({
      query: `SELECT lowerUTF8(replaceAll('ΟΔΟΣ ΣΑΣ', 'Σ', 'σ'))`,
      format: 'TabSeparated',
    });
    expect(await words.text()).toBe('οδοσ σασ\n');
  });
});
