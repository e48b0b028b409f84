import type { Handover } from '@hilo/schemas';
import type { KeyedAt, RecordOf } from '../language/input.ts';
import type { Applied, KeyedInput, KeyedLogic, Published } from '../language/logic.ts';
import { deadLetter, drop, forward } from '../language/outcome.ts';
import type { Topology } from '../language/topology.ts';

/** A hit counts for its key until it ends; a bad one becomes a dead letter. */
export interface Hit {
  readonly id: string;
  /** When it stops counting, milliseconds; null: never. */
  readonly until_ms?: number;
  /** Ids of merges into this key that the hit names. */
  readonly merged?: readonly string[];
  readonly bad?: boolean;
}

/** A key was absorbed by another. */
export interface Merged {
  readonly merge_id: string;
  readonly survivor: string;
}

/** The number of hits that makes a key big, for all keys of the partition. */
export interface Bar {
  readonly least: number;
}

/** What the toy publishes about a key whenever it changes. */
export interface Tally {
  readonly key: string;
  /** Grows by one with each record of a key. */
  readonly version: number;
  /** Ids of all hits ever, each with how often it was counted. */
  readonly hits: Readonly<Record<string, number>>;
  /** Hits that count now. */
  readonly live: number;
  readonly big: boolean;
  readonly cause: string;
  readonly at_ms: number;
}

/** Topics of the toy. */
export interface ToyTopics {
  readonly hits: Hit;
  readonly merges: Merged;
  readonly bars: Bar;
  readonly 'toy.handover': Handover;
}

/** State of a key of the toy. */
export interface ToyState {
  readonly hits: Readonly<Record<string, number>>;
  /** Ends of the hits that still count. */
  readonly endsMs: readonly number[];
  /** Hits that never end. */
  readonly lasting: number;
  readonly version: number;
  /** What was last published. */
  readonly said: string;
}

/** Sources, sinks and dead letter of the toy. */
export const TOY_TOPOLOGY: Topology = {
  stage: 'toy',
  sources: ['merges', 'bars', 'hits', 'toy.handover'],
  sinks: ['tallies', 'toy.handover', 'toy.dead-letter'],
  deadLetter: 'toy.dead-letter',
  replay: 'toy.replay',
};

/** Counts hits per key, in a window each, with a threshold shared by all keys, and merges keys. */
export const TOY_LOGIC: KeyedLogic<ToyState, ToyTopics, Bar> = {
  kind: 'keyed',
  codec: {
    encode: (state) => Buffer.from(JSON.stringify(state)),
    decode: (bytes) => JSON.parse(bytes.toString()) as ToyState,
  },
  keyOf: (input) => (input.topic === 'bars' ? null : input.key),
  initial: () => ({ hits: {}, endsMs: [], lasting: 0, version: 0, said: '' }),
  shared: {
    codec: {
      encode: (bar) => Buffer.from(JSON.stringify(bar)),
      decode: (bytes) => JSON.parse(bytes.toString()) as Bar,
    },
    initial: () => ({ least: 1 }),
    apply: (bar, input) =>
      input.topic === 'bars' && input.value.least !== bar.least ? { least: input.value.least } : bar,
  },
  merge: {
    topic: 'toy.handover',
    notice: (input) => (input.topic === 'merges' ? input.value : null),
    awaits: (input) => (input.topic === 'hits' ? (input.value.merged ?? []) : []),
    combine: (survivor, absorbed) => ({
      ...survivor,
      hits: sumOf(survivor.hits, absorbed.hits),
      endsMs: [...survivor.endsMs, ...absorbed.endsMs].sort((a, b) => a - b),
      lasting: survivor.lasting + absorbed.lasting,
    }),
    farewell: (key, state, _notice, at) =>
      state.version === 0 ? [] : [forward('tallies', key, { ...tallyOf(key, state, 0, false, 'farewell', at) })],
  },
  apply: applyHit,
  publish: publishTally,
};

function applyHit(state: ToyState, input: KeyedInput<ToyTopics>, at: KeyedAt): Applied<ToyState> {
  if (input.kind !== 'record' || input.topic !== 'hits') return { state: expire(state, at.momentMs) };
  const { id, until_ms, bad } = (input as RecordOf<Pick<ToyTopics, 'hits'>>).value;
  if (bad) return { state, outcomes: [deadLetter('bad_hit', 'A hit must be good.')] };
  const hits = sumOf(state.hits, { [id]: 1 });
  if (until_ms === undefined) return { state: { ...state, hits, lasting: state.lasting + 1 } };
  const endsMs = [...state.endsMs, until_ms].sort((a, b) => a - b);
  return { state: expire({ ...state, hits, endsMs }, at.momentMs) };
}

function publishTally(
  key: string,
  state: ToyState,
  cause: KeyedInput<ToyTopics>,
  at: KeyedAt,
  bar: Bar,
): Published<ToyState> {
  const now = expire(state, at.momentMs);
  const live = now.endsMs.length + now.lasting;
  const said = `${Object.keys(now.hits).length}/${live}/${live >= bar.least}`;
  const wakeAtMs = now.endsMs[0] ?? null;
  if (said === now.said || Object.keys(now.hits).length === 0)
    return { state: now, outcomes: [drop('same')], wakeAtMs };
  const next = { ...now, said, version: now.version + 1 };
  const tally = tallyOf(key, next, live, live >= bar.least, cause.kind, at);
  return { state: next, outcomes: [forward('tallies', key, tally)], wakeAtMs };
}

function tallyOf(key: string, state: ToyState, live: number, big: boolean, cause: string, at: KeyedAt): Tally {
  return { key, version: state.version, hits: state.hits, live, big, cause, at_ms: at.momentMs };
}

function expire(state: ToyState, nowMs: number): ToyState {
  const endsMs = state.endsMs.filter((end) => end > nowMs);
  return endsMs.length === state.endsMs.length ? state : { ...state, endsMs };
}

/** Adds counts by name. */
export function sumOf(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const sum: Record<string, number> = { ...a };
  for (const [name, count] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}
