import { describe, expect, it } from 'vitest';
import type { KeyedInput, KeyedLogic } from '../index.ts';
import { JsonCodec } from '../testing/json-codec.ts';
import { StageDriver } from '../testing/stage-driver.ts';
import { partitionOf } from '../ports/partitioner.ts';
import type { Topology } from '../language/topology.ts';
import type { Handover } from '@hilo/schemas';

/** Records say which rules their first reader knew, and keys how often they were visited because of rules. */
interface Topics {
  readonly news: { readonly id: string };
  readonly merges: { readonly merge_id: string; readonly survivor: string };
  readonly rules: { readonly number: number; readonly concerns: boolean };
  readonly 'marked.handover': Handover;
}

interface Rules {
  readonly number: number;
  readonly visits: number;
  /** Where the partition stood in `news`. */
  readonly at: number;
}

interface Seen {
  readonly marks: Readonly<Record<string, number | null>>;
  readonly visits: number;
}

const TOPOLOGY: Topology = {
  stage: 'marked',
  sources: ['rules', 'news', 'merges', 'marked.handover'],
  sinks: ['marked.handover'],
  deadLetter: 'marked.dead-letter',
};

const json = <T>() => ({
  encode: (value: T) => Buffer.from(JSON.stringify(value)),
  decode: (bytes: Buffer) => JSON.parse(bytes.toString()) as T,
});

const LOGIC: KeyedLogic<Seen, Topics, Rules> = {
  kind: 'keyed',
  codec: json<Seen>(),
  keyOf: (input) => (input.topic === 'rules' ? null : input.key),
  initial: () => ({ marks: {}, visits: 0 }),
  apply(state, input: KeyedInput<Topics>) {
    if (input.kind === 'sweep') return { state: { ...state, visits: state.visits + 1 } };
    if (input.kind !== 'record' || input.topic !== 'news') return { state };
    return { state: { ...state, marks: { ...state.marks, [input.value.id]: input.mark ?? null } } };
  },
  publish: (_key, state) => ({ state, outcomes: [], wakeAtMs: null }),
  shared: {
    codec: json<Rules>(),
    initial: () => ({ number: 0, visits: 0, at: 0 }),
    apply(rules, input, positions) {
      if (input.topic !== 'rules') return rules;
      const { number, concerns } = input.value;
      return { number, visits: rules.visits + (concerns ? 1 : 0), at: positions()['news'] ?? 0 };
    },
    concernsKeys: (before, after) => before.visits !== after.visits,
  },
  merge: {
    topic: 'marked.handover',
    notice: (input) => (input.topic === 'merges' ? input.value : null),
    awaits: () => [],
    combine: (survivor, absorbed) => ({ ...survivor, marks: { ...survivor.marks, ...absorbed.marks } }),
    mark: (_input, rules) => rules.number,
    farewell: () => [],
  },
};

const KEYS = ['ada', 'bob', 'cid', 'dan', 'eve'];
const [ADA = '', BOB = '', CID = ''] = KEYS.filter(
  (key, index) => KEYS.findIndex((one) => partitionOf(one, 4) === partitionOf(key, 4)) === index,
);

function driverOf(): StageDriver<never, Topics, Seen, Rules> {
  return new StageDriver({ topology: TOPOLOGY, logic: LOGIC, startMs: 1_000, partitions: 4, codec: new JsonCodec() });
}

function stateOf(driver: ReturnType<typeof driverOf>, key: string): unknown {
  const commits = driver.journal.toReversed().flatMap((entry) => (entry.kind === 'commit' ? entry.states : []));
  return commits.find((one) => one.key === key)?.state;
}

const rules = (driver: ReturnType<typeof driverOf>, key: string, number: number, concerns: boolean) =>
  driver.pipe('rules', 'r', { number, concerns }, partitionOf(key, 4));

describe('a late record of an absorbed key', () => {
  it('carries what the partition that read it knew, over every key that it is passed on to', async () => {
    const driver = driverOf();
    for (const [index, key] of [ADA, BOB, CID].entries()) rules(driver, key, index + 1, false);
    driver.pipe('merges', ADA, { merge_id: 'm1', survivor: BOB });
    driver.pipe('merges', BOB, { merge_id: 'm2', survivor: CID });
    await driver.run();
    driver.pipe('news', ADA, { id: 'from ada' });
    driver.pipe('news', BOB, { id: 'from bob' });
    driver.pipe('news', CID, { id: 'own' });
    await driver.run();
    expect(stateOf(driver, CID)).toMatchObject({ marks: { 'from ada': 1, 'from bob': 2, own: null } });
  });
});

describe('a change of what all keys share', () => {
  it('visits the keys only if it concerns them, and knows where the partition stands', async () => {
    const driver = driverOf();
    driver.pipe('news', ADA, { id: 'a' });
    driver.pipe('news', ADA, { id: 'b' });
    await driver.run();
    rules(driver, ADA, 1, false);
    await driver.run();
    expect(stateOf(driver, '')).toEqual({ number: 1, visits: 0, at: 2 });
    expect(stateOf(driver, ADA)).toMatchObject({ visits: 0 });
    rules(driver, ADA, 2, true);
    await driver.run();
    expect(stateOf(driver, ADA)).toMatchObject({ visits: 1 });
  });
});
