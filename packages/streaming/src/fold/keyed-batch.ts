import type { KeyedAt, WakeInput } from '../language/input.ts';
import type { KeyRow } from './key-row.ts';
import type { KeyEffect, PostponedWake } from './runner.ts';
import type { Moment } from './moment.ts';
import type { AnyRecord, BatchInput } from '../read/batch-input.ts';
import { SHARED_KEY } from './shared-states.ts';

/** A batch of a keyed stage while it is folded. */
export interface Batch<S, Shared> {
  readonly moment: Moment;
  readonly rows: Map<string, KeyRow<S>>;
  readonly before: Map<string, KeyRow<S>>;
  readonly shared: Map<number, Shared>;
  readonly sharedChanged: Set<number>;
  /** The records that changed it, with where their partitions stood. */
  readonly sharedFolded: { readonly input: AnyRecord; readonly positions: Readonly<Record<string, number>> }[];
  /** Keys whose state was begun with. */
  readonly begun: Set<string>;
  readonly effects: KeyEffect[];
  /** Ids of the effects that each key asked for in this batch. */
  readonly asked: Map<string, string[]>;
  /** Of keys with effects under way. */
  readonly wakesUnderWay: Map<string, number | null>;
  readonly postponed: PostponedWake[];
  /** The input that is being folded. */
  cause: BatchInput | null;
}

/** A batch in which nothing is folded yet. */
export function newBatch<S, Shared>(
  moment: Moment,
  before: Map<string, KeyRow<S>>,
  shared: Map<number, Shared>,
): Batch<S, Shared> {
  return {
    moment,
    rows: new Map(before),
    before,
    shared,
    sharedChanged: new Set(),
    sharedFolded: [],
    begun: new Set(),
    effects: [],
    asked: new Map(),
    wakesUnderWay: new Map(),
    postponed: [],
    cause: null,
  };
}

/** The keys of a batch with a sweep that something else reached too: those that a sweep visits are not used for that. */
export function usedBesideSweeps(
  inputs: readonly BatchInput[],
  keyOf: (input: BatchInput) => string | undefined,
): ReadonlySet<string> | null {
  if (inputs.every(({ kind }) => kind !== 'sweep')) return null;
  const others = inputs.filter(({ kind }) => kind !== 'sweep');
  return new Set(others.map((input) => `${input.partition}/${keyOf(input)}`));
}

/** What the key asked for earlier in the batch is as good as under way. */
export function withAsked(input: WakeInput, asked: readonly string[] | undefined): WakeInput {
  return asked === undefined ? input : { ...input, under_way: new Set([...(input.under_way ?? []), ...asked]) };
}

/**
 * On a record a row keeps an earlier wake-up than it needs (waking early is harmless), so that a window that slides does not move
 * an index entry with each event. Every other input sets it exactly.
 */
export function dueAfter(stored: number | null, wanted: number | null, exact: boolean): number | null {
  if (exact) return wanted;
  if (stored === null || wanted === null) return stored ?? wanted;
  return Math.min(stored, wanted);
}

/** The key, where a row can have it: the empty key is the shared state's, and PostgreSQL's texts hold no NUL. */
export function usable(key: string): string | undefined {
  return key === SHARED_KEY || key.includes('\0') ? undefined : key;
}

/** The moment of a decision about the key: where it waits for a hand-over, the one at which it stands. */
export function atOf<S>(row: KeyRow<S>, { now_ms, momentOf, isUnproven }: Moment): KeyedAt {
  const { partition, came_from } = row;
  const moment_ms = row.stands_at_ms ?? momentOf(partition, came_from);
  return { now_ms, moment_ms, is_unproven: isUnproven(partition, came_from, moment_ms) };
}
