import type { Handover } from '@hilo/schemas';
import type { At, HandoverInput, RecordOf, TopicTypes, WakeInput } from './input.ts';
import {
  awaitMore,
  decodeRow,
  encodeRow,
  isWaiting,
  type KeyRow,
  newRow,
  type Redirect,
  stateHandover,
} from './key-row.ts';
import type { Applied, KeyedInput, KeyedLogic, Published, StateChange, Statement } from './logic.ts';
import { deadLetter, drop, forward, type Outcome } from './outcome.ts';
import type { StageStore, StateRow } from './ports.ts';
import {
  type AnyRecord,
  type BatchInput,
  type Decided,
  type Folded,
  type KeyEffect,
  type Moment,
  type Runner,
  settingAsidePart,
  type WakeUnderWay,
} from './runner.ts';
import { StateCache } from './state-cache.ts';
import { type Waiting, WaitingKeys } from './waiting-keys.ts';

/** Key of a partition's shared state in the state table. */
export const SHARED_KEY = '';

/** Bounds of the cache of a keyed stage. */
export interface CacheLimits {
  readonly max_rows: number;
  readonly max_bytes: number;
}

interface Batch<S, Shared> {
  readonly moment: Moment;
  readonly rows: Map<string, KeyRow<S>>;
  readonly before: Map<string, KeyRow<S>>;
  readonly shared: Map<number, Shared>;
  readonly sharedChanged: Set<number>;
  /** Keys whose state was begun with. */
  readonly begun: Set<string>;
  readonly effects: KeyEffect[];
  /** Ids of the effects that each key asked for in this batch. */
  readonly asked: Map<string, string[]>;
  /** Of keys with effects under way. */
  readonly wakesUnderWay: Map<string, number | null>;
  /** The input that is being folded. */
  cause: BatchInput | null;
}

/** Runs a `KeyedLogic`: states from the cache or one query, the pure fold, hand-over of merged keys. */
export class KeyedRunner<S, M extends TopicTypes, Shared> implements Runner {
  readonly #logic: KeyedLogic<S, M, Shared>;
  readonly #cache: StateCache<S>;
  readonly #shared = new Map<number, Shared>();
  readonly #waiting = new WaitingKeys();

  constructor(logic: KeyedLogic<S, M, Shared>, limits: CacheLimits) {
    this.#logic = logic;
    this.#cache = new StateCache(limits.max_rows, limits.max_bytes);
  }

  async fold(inputs: readonly BatchInput[], moment: Moment, store: StageStore): Promise<Folded> {
    const batch = await this.#load(inputs, moment, store);
    const decided: Decided[] = inputs.map((input) => ({
      partition: input.partition,
      outcomes: this.#decide(batch, input),
    }));
    return this.#folded(batch, decided, store);
  }

  forget(partition: number): void {
    this.#cache.forget(partition);
    this.#waiting.forget(partition);
    this.#shared.delete(partition);
  }

  waiting(now_ms: number): Waiting {
    return this.#waiting.waiting(now_ms);
  }

  /** Undefined: the record names no key that a row can have. */
  #keyOf(input: BatchInput): string | undefined {
    if (input.kind === 'record') {
      const key = this.#logic.keyOf(input as unknown as RecordOf<M>);
      return key === null ? SHARED_KEY : usable(key);
    }
    return usable(input.kind === 'state' || input.kind === 'forwarded' ? input.handover.to_key : input.key);
  }

  async #load(inputs: readonly BatchInput[], moment: Moment, store: StageStore): Promise<Batch<S, Shared>> {
    const before = new Map<string, KeyRow<S>>();
    const missing = new Map<string, { partition: number; key: string }>();
    for (const input of inputs) {
      const { partition } = input;
      const key = this.#keyOf(input);
      if (key === undefined) continue;
      const id = `${partition}/${key}`;
      const cached = this.#cache.get(partition, key);
      if (cached !== undefined) before.set(id, cached);
      else if (key !== SHARED_KEY) missing.set(id, { partition, key });
      if (this.#logic.shared !== undefined && !this.#shared.has(partition)) {
        missing.set(`${partition}/`, { partition, key: SHARED_KEY });
      }
    }
    const found: readonly StateRow[] = missing.size > 0 ? await store.states([...missing.values()]) : [];
    for (const row of found) if (row.key !== SHARED_KEY) before.set(`${row.partition}/${row.key}`, this.#decode(row));
    for (const [id, { partition, key }] of missing) {
      if (key !== SHARED_KEY && !before.has(id)) before.set(id, newRow(partition, key, this.#logic.initial(key)));
    }
    this.#loadShared(found, [...missing.values()]);
    return {
      moment,
      rows: new Map(before),
      before,
      shared: new Map(this.#shared),
      sharedChanged: new Set(),
      begun: new Set(),
      effects: [],
      asked: new Map(),
      wakesUnderWay: new Map(),
      cause: null,
    };
  }

  #decode(row: StateRow): KeyRow<S> {
    return decodeRow(row, this.#logic.codec, (key) => this.#logic.initial(key));
  }

  #loadShared(found: readonly StateRow[], asked: readonly { partition: number; key: string }[]): void {
    const shared = this.#logic.shared;
    if (shared === undefined) return;
    for (const { partition, key } of asked) if (key === SHARED_KEY) this.#shared.set(partition, shared.initial());
    for (const row of found) {
      if (row.key === SHARED_KEY && row.body !== null) this.#shared.set(row.partition, shared.codec.decode(row.body));
    }
  }

  #decide(batch: Batch<S, Shared>, input: BatchInput): readonly Outcome[] {
    batch.cause = input;
    const key = this.#keyOf(input);
    if (key === undefined) return [deadLetter('bad_key', 'The key is empty or holds a NUL character.')];
    if (key === SHARED_KEY) return this.#decideShared(batch, input);
    const row = batch.rows.get(`${input.partition}/${key}`);
    if (row === undefined) throw new Error('a key of the batch was not loaded');
    if (row.redirect !== null) return this.#redirect(row, input);
    const at = momentOf(row, input, batch.moment);
    switch (input.kind) {
      case 'state':
        return this.#takeHandover(batch, row, input.handover, at);
      case 'forwarded':
        return this.#take(batch, row, input.record as unknown as RecordOf<M>, at);
      case 'record': {
        const notice = this.#logic.merge?.notice(input as unknown as RecordOf<M>) ?? null;
        if (notice !== null) return this.#handOver(batch, row, input, notice, at);
        return this.#take(batch, row, input as unknown as RecordOf<M>, at);
      }
      case 'wake':
        return this.#step(batch, row, withAsked(input, batch.asked.get(`${input.partition}/${key}`)), at);
      default:
        return this.#step(batch, row, input, at);
    }
  }

  #decideShared(batch: Batch<S, Shared>, input: BatchInput): readonly Outcome[] {
    const shared = this.#logic.shared;
    if (shared === undefined || input.kind !== 'record') throw new Error('the stage has no shared state');
    const before = batch.shared.get(input.partition) ?? shared.initial();
    const after = shared.apply(before, input as unknown as RecordOf<M>);
    if (after === before) return [drop('unchanged')];
    batch.shared.set(input.partition, after);
    batch.sharedChanged.add(input.partition);
    return [];
  }

  /** The key is gone: hand the record on to where it went. */
  #redirect(row: KeyRow<S>, input: BatchInput): readonly Outcome[] {
    const merge = this.#logic.merge;
    const to = row.redirect;
    if (merge === undefined || to === null) throw new Error('only a stage with a merge has redirects');
    if (input.kind === 'state' || input.kind === 'forwarded') {
      return [forward(merge.topic, to.to, { ...input.handover, to_key: to.to })];
    }
    if (input.kind !== 'record') return [drop('redirected')];
    if (merge.notice(input as unknown as RecordOf<M>) !== null) return [drop('already_merged')];
    return [forward(merge.topic, to.to, lateRecord(row.key, to, input))];
  }

  #handOver(
    batch: Batch<S, Shared>,
    row: KeyRow<S>,
    input: AnyRecord,
    notice: { readonly merge_id: string; readonly survivor: string },
    at: At,
  ): readonly Outcome[] {
    const merge = this.#logic.merge;
    if (merge === undefined) throw new Error('only a stage with a merge gets notices');
    const redirect = { to: notice.survivor, merge_id: notice.merge_id };
    const farewell = merge.farewell(row.key, row.state, input as unknown as RecordOf<M>, at);
    const handover = stateHandover(row, redirect, this.#logic.codec, at.now_ms);
    batch.rows.set(`${row.partition}/${row.key}`, {
      ...newRow(row.partition, row.key, this.#logic.initial(row.key)),
      stored: true,
      redirect,
    });
    return [...farewell, forward(merge.topic, notice.survivor, handover)];
  }

  #takeHandover(batch: Batch<S, Shared>, row: KeyRow<S>, handover: Handover, at: At): readonly Outcome[] {
    const merge = this.#logic.merge;
    if (merge === undefined) throw new Error('only a stage with a merge gets hand-overs');
    const awaiting = awaitMore(row.awaiting, [{ merge_id: handover.merge_id, count: -1 }, ...handover.awaiting]);
    const state =
      handover.state === null ? row.state : merge.combine(row.state, this.#logic.codec.decode(handover.state));
    const cause: HandoverInput = {
      kind: 'handover',
      partition: row.partition,
      key: row.key,
      from_key: handover.from_key,
      merge_id: handover.merge_id,
    };
    return this.#step(batch, { ...row, state, awaiting }, cause, at);
  }

  #take(batch: Batch<S, Shared>, row: KeyRow<S>, input: RecordOf<M>, at: At): readonly Outcome[] {
    const named = this.#logic.merge?.awaits(input) ?? [];
    if (named.length === 0) return this.#step(batch, row, input, at);
    const more = named.map((merge_id) => ({ merge_id, count: 1 }));
    return this.#step(batch, { ...row, awaiting: awaitMore(row.awaiting, more) }, input, at);
  }

  #step(batch: Batch<S, Shared>, row: KeyRow<S>, input: KeyedInput<M>, at: At): readonly Outcome[] {
    const shared = batch.shared.get(row.partition) as Shared;
    const applied = this.#logic.apply(this.#begun(batch, row, at), input, at, shared);
    const outcomes = this.#toldInPart(batch, row, applied);
    if (isWaiting(row.awaiting)) {
      // It folds on in silence. A wake-up that fires meanwhile is forgotten: settling sets the next one.
      this.#replace(batch, { ...row, state: applied.state, due_ms: input.kind === 'wake' ? null : row.due_ms });
      return outcomes;
    }
    const published = this.#logic.publish(row.key, applied.state, input, at, shared);
    this.#noteEffects(batch, row, published);
    const due_ms = dueAfter(row.due_ms, published.wake_at_ms, input.kind !== 'record');
    this.#replace(batch, { ...row, state: published.state, due_ms });
    return published.outcomes.length === 0 ? outcomes : [...outcomes, ...published.outcomes];
  }

  #noteEffects(batch: Batch<S, Shared>, { partition, key }: KeyRow<S>, published: Published<S>): void {
    const { effects = [], wake_under_way_ms } = published;
    if (effects.length === 0 && wake_under_way_ms === undefined && batch.wakesUnderWay.size === 0) return;
    const id = `${partition}/${key}`;
    for (const effect of effects) batch.effects.push({ partition, key, effect, cause: batch.cause });
    if (effects.length > 0)
      batch.asked.set(id, [...(batch.asked.get(id) ?? []), ...effects.map((effect) => effect.id)]);
    if (wake_under_way_ms === undefined) batch.wakesUnderWay.delete(id);
    else batch.wakesUnderWay.set(id, wake_under_way_ms);
  }

  #begun(batch: Batch<S, Shared>, row: KeyRow<S>, at: At): S {
    const id = `${row.partition}/${row.key}`;
    if (this.#logic.begin === undefined || batch.begun.has(id)) return row.state;
    batch.begun.add(id);
    return this.#logic.begin(row.state, at);
  }

  /** The outcomes of an input; what it sets aside is only a part where the input changed anything of its key. */
  #toldInPart(batch: Batch<S, Shared>, row: KeyRow<S>, { state, outcomes = [] }: Applied<S>): readonly Outcome[] {
    if (!outcomes.some(({ kind }) => kind === 'dead-letter')) return outcomes;
    const before = batch.rows.get(`${row.partition}/${row.key}`);
    const isUntouched = state === before?.state && row.awaiting === before.awaiting;
    return isUntouched ? outcomes : settingAsidePart(outcomes);
  }

  /** Puts the row where it differs from the one in the batch. */
  #replace(batch: Batch<S, Shared>, row: KeyRow<S>): void {
    const id = `${row.partition}/${row.key}`;
    const now = batch.rows.get(id);
    if (now?.state === row.state && now.due_ms === row.due_ms && now.awaiting === row.awaiting) return;
    batch.rows.set(id, { ...row, stored: true });
  }

  #folded(batch: Batch<S, Shared>, decided: readonly Decided[], store: StageStore): Folded {
    const { codec } = this.#logic;
    const rows: StateRow[] = [];
    const cache: KeyRow<S>[] = [];
    const changes: StateChange<S>[] = [];
    const due_ms = new Map<number, number>();
    const wakes_under_way: WakeUnderWay[] = [];
    for (const [id, row] of batch.rows) {
      const before = batch.before.get(id);
      // Also of rows that did not change: a key that was woken and wants the same time again must be woken again.
      const wake_ms = batch.wakesUnderWay.get(id);
      if (row.due_ms !== null && wake_ms !== undefined)
        wakes_under_way.push({ partition: row.partition, key: row.key, wake_ms, due_ms: row.due_ms });
      else if (row.due_ms !== null)
        due_ms.set(row.partition, Math.min(row.due_ms, due_ms.get(row.partition) ?? Infinity));
      if (row === before) {
        cache.push(row);
        continue;
      }
      const encoded = encodeRow(row, codec);
      rows.push(encoded);
      cache.push({ ...row, stored: true, bytes: encoded.body?.length ?? 0 });
      if (row.state !== before?.state || row.redirect !== before.redirect) changes.push(changeOf(before, row));
    }
    for (const partition of batch.sharedChanged) rows.push(this.#sharedRow(partition, batch.shared.get(partition)));
    const writes: Statement[] = rows.length > 0 ? [store.writeStates(rows)] : [];
    if (changes.length > 0) writes.push(...(this.#logic.project?.(changes) ?? []));
    return {
      decided,
      writes,
      effects: batch.effects,
      wakes_under_way,
      sweeps: [...batch.sharedChanged],
      due_ms,
      committed: () => {
        for (const row of cache) {
          this.#cache.put(row);
          this.#waiting.note(row, batch.moment.now_ms);
        }
        for (const partition of batch.sharedChanged) {
          this.#shared.set(partition, batch.shared.get(partition) as Shared);
        }
        if (changes.length > 0) this.#logic.committed?.(changes);
      },
    };
  }

  #sharedRow(partition: number, shared: Shared | undefined): StateRow {
    const logic = this.#logic.shared;
    if (logic === undefined || shared === undefined) throw new Error('the stage has no shared state');
    return { partition, key: SHARED_KEY, body: logic.codec.encode(shared), due_ms: null, protocol: null };
  }
}

/**
 * A key whose time has come sees the clock stand until its partition is consumed up to that time: what is still to be
 * read may be what cancels it (design §4). What an effect brings back has happened now.
 */
function momentOf<S>(row: KeyRow<S>, input: BatchInput, moment: Moment): At {
  const { now_ms } = moment;
  if (input.kind === 'effect' || row.due_ms === null || row.due_ms > now_ms) return { now_ms };
  return { now_ms: Math.min(now_ms, Math.max(moment.consumedTo(input), row.due_ms - 1)) };
}

/** What the key asked for earlier in the batch is as good as under way. */
function withAsked(input: WakeInput, asked: readonly string[] | undefined): WakeInput {
  return asked === undefined ? input : { ...input, under_way: new Set([...(input.under_way ?? []), ...asked]) };
}

// On a record a row keeps an earlier wake-up than it needs (waking early is harmless), so that a window that slides does
// not move an index entry with each event. Every other input sets it exactly.
function dueAfter(stored: number | null, wanted: number | null, exact: boolean): number | null {
  if (exact) return wanted;
  if (stored === null || wanted === null) return stored ?? wanted;
  return Math.min(stored, wanted);
}

// The empty key is the shared state's, and PostgreSQL's texts hold no NUL.
function usable(key: string): string | undefined {
  return key === SHARED_KEY || key.includes('\0') ? undefined : key;
}

function changeOf<S>(before: KeyRow<S> | undefined, after: KeyRow<S>): StateChange<S> {
  return {
    key: after.key,
    partition: after.partition,
    before: before?.stored && before.redirect === null ? before.state : null,
    after: after.redirect === null ? after.state : null,
  };
}

function lateRecord(from_key: string, redirect: Redirect, input: AnyRecord): Handover {
  return {
    kind: 'forward',
    from_key,
    to_key: redirect.to,
    merge_id: redirect.merge_id,
    state: null,
    topic: input.topic,
    value: input.bytes,
    timestamp: input.timestamp_ms,
    awaiting: [],
    position: input.log_position ?? null,
  };
}
