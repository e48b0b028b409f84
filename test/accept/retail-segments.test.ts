import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { UTC } from '@hilo/behaviour';
import { type Condition, readCondition } from '@hilo/behaviour/version-2';
import { compileSql } from '@hilo/behaviour/version-2/sql';
import { type OpenedStack, openStack } from '@hilo/test-stack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../e2e/eventually.ts';
import { HiloClient } from '../e2e/hilo-client.ts';

const ROOT = join(import.meta.dirname, '../..');
const LOADER = join(ROOT, 'infra/dist/demo/load-demo.js');
const RETAIL = join(ROOT, 'infra/demo/data/online-retail.csv.gz');
const REFEREE = join(import.meta.dirname, 'retail_answers.py');
const AS_OF = '2011-12-10T00:00:00Z';

const ORDERS = 'Order Completed';
const bought = (product: string) => [{ property: 'products.product_id', is: { eq: product } }];

/** Conditions by the names that the referee gives them. */
const ASKED: Readonly<Record<string, object>> = {
  'three-orders': { did: ORDERS, count: { gte: 3 }, within: '90d' },
  'thousand-pounds': { sum: 'revenue', of: ORDERS, is: { gte: 1_000 }, within: '365d' },
  lapsed: { all: [{ did: ORDERS }, { not: { did: ORDERS, within: '180d' } }] },
  germans: {
    all: [
      { did: ORDERS, count: { gte: 2 } },
      { trait: 'country', is: { eq: 'Germany' } },
    ],
  },
  'cake-stand-then-teacup': {
    sequence: [
      { did: ORDERS, where: bought('22423') },
      { did: ORDERS, where: bought('22699'), within: '30d' },
    ],
  },
};

/** Conditions on a fixed time, which ask the same whenever they are asked. */
const ASKED_OF_2011: Readonly<Record<string, object>> = {
  autumn: { did: ORDERS, count: { gte: 3 }, after: '2011-09-01' },
  summer: { did: ORDERS, after: '2011-06-01', before: '2011-09-01' },
};

/** Customers by the name of each question, as the referee finds them in the file alone. */
async function refereeSays(asOf: string, shiftMs = 0): Promise<Readonly<Record<string, readonly string[]>>> {
  const { stdout } = await promisify(execFile)('python3', [REFEREE, RETAIL, asOf, String(shiftMs)], {
    maxBuffer: 32 * 1024 * 1024,
  });
  return JSON.parse(stdout) as Record<string, string[]>;
}

/** The demo, loaded into a stack of its own. */
class Demo {
  #data = '';
  #opened: OpenedStack | null = null;
  #hilo: HiloClient | null = null;

  async load(...options: readonly string[]): Promise<void> {
    this.#data = await mkdtemp(join(tmpdir(), 'hilo-accept-'));
    this.#opened = await openStack({ data: this.#data });
    this.#hilo = new HiloClient(this.#opened.credentials);
    const args = [LOADER, '--credentials', join(this.#data, 'credentials.json'), ...options];
    const loader = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    expect((await once(loader, 'exit'))[0]).toBe(0);
  }

  async close(): Promise<void> {
    await this.#opened?.close();
    await rm(this.#data, { recursive: true, force: true });
  }

  get hilo(): HiloClient {
    if (this.#hilo === null) throw new Error('the demo is not loaded');
    return this.#hilo;
  }

  /** How far the shop's clock was put forward. */
  async shiftMs(): Promise<number> {
    const note = await readFile(join(this.#data, 'run', 'demo-load.json'), 'utf8');
    return (JSON.parse(note) as { shift_ms: number }).shift_ms;
  }

  /** The size that a preview answers. */
  async previewed(condition: object, asOf?: string): Promise<number> {
    const url = `${this.hilo.credentials.segmentationUrl}/v1/segments/preview`;
    const { status, body } = await this.hilo.admin('POST', url, { condition, ...(asOf === undefined ? {} : { asOf }) });
    expect([status, body]).toMatchObject([200, {}]);
    return (body as { size: number }).size;
  }

  /** Ids of the members of a segment, by its API. */
  async members(segment: string): Promise<readonly string[]> {
    const ids: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = `limit=1000${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const { body } = await this.hilo.admin('GET', `${this.segmentUrl(segment)}/members?${query}`);
      const page = body as { items: { profile_id: string }[]; next: string | null };
      ids.push(...page.items.map(({ profile_id }) => profile_id));
      cursor = page.next;
    }
    return ids.toSorted();
  }

  segmentUrl(segment: string): string {
    return `${this.hilo.credentials.segmentationUrl}/v1/segments/${segment}`;
  }

  /** The customers for whom the statement of a preview holds. */
  customers(json: object, asOf: string | null): Promise<readonly string[]> {
    const customer = `if(user_id IS NULL, concat('anonymous_id:', anonymous_id), concat('user_id:', user_id))`;
    return this.#found(customer, json, asOf);
  }

  /** The ids of the profiles for which it holds now. */
  profiles(json: object): Promise<readonly string[]> {
    return this.#found('profile_id', json, null);
  }

  async #found(shown: string, json: object, asOf: string | null): Promise<readonly string[]> {
    const asOfMs = asOf === null ? {} : { asOfMs: Date.parse(asOf) };
    const { sql, params } = compileSql(conditionOf(json), {
      momentMs: Date.now(),
      zone: UTC,
      ...momentOf(asOf),
      ...asOfMs,
    });
    const rows = await this.hilo.rows<{ shown: string }>(
      `SELECT DISTINCT ${shown} AS shown
        FROM hilo.events WHERE type = 'track' AND profile_key IN (SELECT profile_key FROM (${sql}))`,
      Object.fromEntries(
        Object.entries(params).map(([name, value]) => [
          name,
          typeof value === 'object' ? JSON.stringify(value) : String(value),
        ]),
      ),
    );
    return rows.map(({ shown }) => shown).toSorted();
  }
}

function momentOf(asOf: string | null): { momentMs?: number } {
  return asOf === null ? {} : { momentMs: Date.parse(asOf) };
}

function conditionOf(json: object): Condition {
  const read = readCondition(json);
  if (read.kind === 'problems') throw new Error(JSON.stringify(read.problems));
  return read.condition;
}

describe('the demo as recorded', () => {
  const demo = new Demo();
  let expected: Awaited<ReturnType<typeof refereeSays>>;
  beforeAll(async () => {
    await demo.load('--as-recorded');
    expected = await refereeSays(AS_OF);
  });
  afterAll(() => demo.close());

  it.each(Object.entries(ASKED))('%s: a preview as of the day after agrees with the file', async (name, condition) => {
    expect(await demo.customers(condition, AS_OF)).toEqual(expected[name]);
    expect(await demo.previewed(condition, AS_OF)).toBe(expected[name]?.length);
  });

  it.each(Object.entries(ASKED_OF_2011))('%s: a preview of now agrees with the file', async (name, condition) => {
    expect(await demo.customers(condition, null)).toEqual(expected[name]);
    expect(await demo.previewed(condition)).toBe(expected[name]?.length);
  });

  it('the country is that of the moment', async () => {
    const asOf = '2011-06-01T00:00:00Z';
    const { germans = [] } = await refereeSays(asOf);
    expect(germans.length).toBeGreaterThan(0);
    expect(await demo.customers(ASKED['germans'] as object, asOf)).toEqual(germans);
  });
});

describe('the demo with its dates shifted to now', () => {
  const demo = new Demo();
  let expected: Awaited<ReturnType<typeof refereeSays>>;
  let asOf: string;
  beforeAll(async () => {
    await demo.load();
    asOf = new Date().toISOString();
    expected = await refereeSays(asOf, await demo.shiftMs());
  });
  afterAll(() => demo.close());

  it.each(Object.entries(ASKED))(
    '%s: a preview agrees with the file, and somebody is in it',
    async (name, condition) => {
      expect(expected[name]?.length).toBeGreaterThan(0);
      expect(await demo.customers(condition, asOf)).toEqual(expected[name]);
      expect(await demo.previewed(condition, asOf)).toBe(expected[name]?.length);
      expect(await demo.previewed(condition)).toBeGreaterThan(0);
    },
  );

  it('segments that are saved later hold, once they are backfilled, whom a preview of now names', async () => {
    for (const [name, condition] of Object.entries(ASKED)) {
      const { status } = await demo.hilo.admin('PUT', demo.segmentUrl(name), { name, condition });
      expect(status).toBe(200);
    }
    for (const [name, condition] of Object.entries(ASKED)) {
      await eventually(
        `${name} is backfilled`,
        async () => [await demo.members(name), await demo.profiles(condition)] as const,
        ([members, previewed]) => members.length > 0 && members.join() === previewed.join(),
        300_000,
      );
    }
  });

  it('verification finds no difference', async () => {
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `?cursor=${cursor}`;
      const { status, body } = await demo.hilo.admin('POST', `${demo.segmentUrl('verify')}${query}`);
      expect([status, body]).toMatchObject([200, { total: 0, differences: [] }]);
      cursor = (body as { next: string | null }).next;
    }
  });
});
