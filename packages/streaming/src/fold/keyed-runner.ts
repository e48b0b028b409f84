import type { Handover } from '@hilo/schemas';
import { afterLetter, isLetterOfHold, isNext, type KeyHold, withFollower } from './held-key.ts';
import { KEY_HELD } from '../read/dead-letter.ts';
import type { HandoverInput, KeyedAt, RecordOf, TopicTypes, WakeInput } from '../language/input.ts';
import {
  awaitMore,
  cameFrom,
  changeOf,
  decidedAt,
  decodeRow,
  encodeRow,
  goingOn,
  isSame,
  isWaiting,
  type KeyRow,
  newRow,
  protocolOf,
  waitingFor,
  stateHandover,
  timed,
  unsealed,
} from './key-row.ts';
import type { Applied, KeyedInput, KeyedLogic, Published, StateChange, Statement } from '../language/logic.ts';
import { deadLetter, drop, forward, type Outcome } from '../language/outcome.ts';
import type { StageStore, StateRow } from '../ports/store.ts';
import { type Decided, type Folded, type Runner, settingAsidePart, type WakeUnderWay } from './runner.ts';
import type { Moment } from './moment.ts';
import type { AnyRecord, BatchInput } from '../read/batch-input.ts';
import { atOf, type Batch, dueAfter, newBatch, usable, usedBesideSweeps, withAsked } from './keyed-batch.ts';
import { setAside } from './set-aside.ts';
import { SHARED_KEY, SharedStates } from './shared-states.ts';
import { oneLetterIn, readToOf, redirected } from './redirected.ts';
import { StateCache } from './state-cache.ts';
import { type Waiting, UnsettledKeys } from './unsettled-keys.ts';

/** Bounds of the cache of a keyed stage. */
export interface CacheLimits {
  readonly max_rows: number;
  readonly max_bytes: number;
}

/** Runs a `KeyedLogic`: states from the cache or one query, the pure fold, hand-over of merged keys. */
export class KeyedRunner<S, M extends TopicTypes, Shared> implements Runner {
  readonly #logic: KeyedLogic<S, M, Shared>;
  readonly #cache: StateCache<S>;
  readonly #shared: SharedStates<Shared, M>;
  readonly #unsettled = new UnsettledKeys();

  constructor(logic: KeyedLogic<S, M, Shared>, limits: CacheLimits) {
    this.#logic = logic;
    this.#shared = new SharedStates(logic.shared);
    this.#cache = new StateCache(limits.max_rows, limits.max_bytes);
  }

  async fold(inputs: readonly BatchInput[], moment: Moment, store: StageStore): Promise<Folded> {
    const batch = await this.#load(inputs, moment, store);
    const decided: Decided[] = inputs.map((input) => ({
      partition: input.partition,
      outcomes: this.#decide(batch, input),
    }));
    const used = usedBesideSweeps(inputs, (input) => this.#keyOf(input));
    return this.#folded(batch, decided, store, used);
  }

  /** The record is set aside, and its key is held: what comes for it follows, in order, until the letters are replayed. */
  async setAside(input: BatchInput, bug: unknown, moment: Moment, store: StageStore): Promise<Folded> {
    return setAside(input, this.#keyOrNone(input), bug, moment, store, (partition, key, unsettled) => {
      this.#cache.drop(partition, key);
      this.#unsettled.note({ partition, key, ...unsettled }, moment.now_ms);
    });
  }

  async open(partitions: readonly number[], now_ms: number, store: StageStore): Promise<void> {
    for (const { partition, key, protocol } of await store.unsettled(partitions)) {
      this.#unsettled.note({ partition, key, ...protocolOf(protocol) }, now_ms);
    }
  }

  forget(partition: number): void {
    this.#cache.forget(partition);
    this.#unsettled.forget(partition);
    this.#shared.forget(partition);
  }

  waiting(now_ms: number): Waiting {
    return this.#unsettled.waiting(now_ms);
  }

  held(): number {
    return this.#unsettled.held();
  }

  /** The key to be held for an input that met a bug, which may be the logic's own look at the key. */
  #keyOrNone(input: BatchInput): string | undefined {
    try {
      const key = this.#keyOf(input);
      return key === SHARED_KEY ? undefined : key;
    } catch {
      return undefined;
    }
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
      if (this.#shared.isMissing(partition)) missing.set(`${partition}/`, { partition, key: SHARED_KEY });
    }
    const found: readonly StateRow[] = missing.size > 0 ? await store.states([...missing.values()]) : [];
    for (const row of found) if (row.key !== SHARED_KEY) before.set(`${row.partition}/${row.key}`, this.#decode(row));
    for (const [id, { partition, key }] of missing) {
      if (key !== SHARED_KEY && !before.has(id)) before.set(id, newRow(partition, key, this.#logic.initial(key)));
    }
    this.#shared.load([...missing.values()], found);
    return newBatch(moment, before, this.#shared.copy());
  }

  #decode(row: StateRow): KeyRow<S> {
    return decodeRow(row, this.#logic.codec, (key) => this.#logic.initial(key));
  }

  #decide(batch: Batch<S, Shared>, input: BatchInput): readonly Outcome[] {
    batch.cause = input;
    const key = this.#keyOf(input);
    if (key === undefined) return [deadLetter('bad_key', 'The key is empty or holds a NUL character.')];
    if (key === SHARED_KEY) return this.#decideShared(batch, input);
    const row = batch.rows.get(`${input.partition}/${key}`);
    if (row === undefined) throw new Error('a key of the batch was not loaded');
    if (row.redirect !== null) return this.#redirect(batch, row, input);
    return row.held === null ? this.#decideKey(batch, row, input) : this.#decideHeld(batch, row, row.held, input);
  }

  /** What comes for a key that is gone goes where it went; so do the letters that it left. */
  #redirect(batch: Batch<S, Shared>, row: KeyRow<S>, input: BatchInput): readonly Outcome[] {
    const { merge } = this.#logic;
    const outcomes = redirected(merge, row, input, batch.moment);
    if (row.held === null || !isLetterOfHold(input)) return outcomes;
    batch.rows.set(`${row.partition}/${row.key}`, { ...row, held: afterLetter(row.held) });
    return [...outcomes, oneLetterIn(merge, row, batch.moment)];
  }

  #decideKey(batch: Batch<S, Shared>, row: KeyRow<S>, input: BatchInput): readonly Outcome[] {
    const at = atOf(row, batch.moment);
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
        return this.#wake(batch, goingOn(row), input);
      default:
        return this.#step(batch, row, input, at);
    }
  }

  #wake(batch: Batch<S, Shared>, row: KeyRow<S>, input: WakeInput): readonly Outcome[] {
    const at = atOf(row, batch.moment);
    const { partition, key, due_ms, came_from } = row;
    // One that waits for a hand-over is woken in vain once: with that comes its next time.
    if (!isWaiting(row.awaiting) && came_from.length > 0 && due_ms !== null && due_ms > at.moment_ms) {
      batch.postponed.push({ partition, key, due_ms, came_from });
      return [];
    }
    return this.#step(batch, row, withAsked(input, batch.asked.get(`${partition}/${key}`)), at);
  }

  /** Of a key that is held, its letters are folded in their order. All else follows them, but for what an effect brings back. */
  #decideHeld(batch: Batch<S, Shared>, row: KeyRow<S>, held: KeyHold, input: BatchInput): readonly Outcome[] {
    if (input.kind === 'effect') return this.#decideKey(batch, this.#unseal(batch, row, held), input);
    if (isNext(held, input, row.due_ms)) return this.#decideNext(batch, row, held, input);
    const id = `${row.partition}/${row.key}`;
    if (input.kind === 'wake') return [drop(KEY_HELD)];
    if (input.kind === 'sweep') {
      batch.rows.set(id, { ...row, held: { ...held, swept: true } });
      return [drop(KEY_HELD)];
    }
    batch.rows.set(id, { ...row, due_ms: null, held: withFollower(held, input), stored: true });
    return [deadLetter(KEY_HELD, 'An earlier record of its key met a bug: this one is to be replayed after it.')];
  }

  /** With the last of its letters a key is held no more, and says what it has to say. */
  #decideNext(batch: Batch<S, Shared>, row: KeyRow<S>, held: KeyHold, input: BatchInput): readonly Outcome[] {
    const left = input.kind === 'wake' ? null : afterLetter(held);
    const outcomes = this.#decideKey(batch, this.#unseal(batch, row, left), input);
    const after = batch.rows.get(`${row.partition}/${row.key}`);
    if (left !== null || !held.swept || after === undefined || after.redirect !== null) return outcomes;
    const sweep = { kind: 'sweep' as const, partition: row.partition, key: row.key };
    return [...outcomes, ...this.#decideKey(batch, after, sweep)];
  }

  /** The row of a key that is held, with its state, as the batch found it. */
  #unseal(batch: Batch<S, Shared>, row: KeyRow<S>, held: KeyHold | null): KeyRow<S> {
    const id = `${row.partition}/${row.key}`;
    const open = unsealed(row, this.#logic.codec);
    const before = batch.before.get(id);
    if (before !== undefined && open !== row) batch.before.set(id, { ...before, state: open.state, sealed: null });
    const next = { ...open, held };
    batch.rows.set(id, next);
    return next;
  }

  #decideShared(batch: Batch<S, Shared>, input: BatchInput): readonly Outcome[] {
    if (input.kind !== 'record') throw new Error('only records change the shared state');
    const before = batch.shared.get(input.partition);
    const after = this.#shared.after(before, input as unknown as RecordOf<M>);
    if (after === before) return [drop('unchanged')];
    batch.shared.set(input.partition, after);
    batch.sharedChanged.add(input.partition);
    if (this.#logic.shared?.note !== undefined)
      batch.sharedFolded.push({ input, positions: batch.moment.positionsAt(input) });
    return [];
  }

  #handOver(
    batch: Batch<S, Shared>,
    row: KeyRow<S>,
    input: AnyRecord,
    notice: { readonly merge_id: string; readonly survivor: string },
    at: KeyedAt,
  ): readonly Outcome[] {
    const merge = this.#logic.merge;
    if (merge === undefined) throw new Error('only a stage with a merge gets notices');
    const redirect = { to: notice.survivor, merge_id: notice.merge_id };
    const farewell = merge.farewell(row.key, row.state, input as unknown as RecordOf<M>, at);
    const read_to_ms = readToOf(batch.moment, row.partition);
    const handover = stateHandover(row, redirect, this.#logic.codec, { now_ms: at.now_ms, read_to_ms });
    batch.rows.set(`${row.partition}/${row.key}`, {
      ...newRow(row.partition, row.key, this.#logic.initial(row.key)),
      stored: true,
      redirect,
      held: row.held,
    });
    return [...farewell, forward(merge.topic, notice.survivor, handover)];
  }

  #takeHandover(batch: Batch<S, Shared>, row: KeyRow<S>, handover: Handover, at: KeyedAt): readonly Outcome[] {
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
    const came_from = cameFrom(row, handover, at.moment_ms);
    const next = waitingFor({ ...row, state, came_from }, awaiting, at.moment_ms);
    // What it missed while it waited may still follow from there.
    return this.#step(batch, next, cause, atOf(next, batch.moment));
  }

  #take(batch: Batch<S, Shared>, row: KeyRow<S>, input: RecordOf<M>, at: KeyedAt): readonly Outcome[] {
    const named = this.#logic.merge?.awaits(input) ?? [];
    if (named.length === 0) return this.#step(batch, row, input, at);
    const more = named.map((merge_id) => ({ merge_id, count: 1 }));
    return this.#step(batch, waitingFor(row, awaitMore(row.awaiting, more), at.moment_ms), input, at);
  }

  #step(batch: Batch<S, Shared>, standing: KeyRow<S>, input: KeyedInput<M>, before: KeyedAt): readonly Outcome[] {
    const row = goingOn(standing);
    const at = row === standing ? before : { ...before, moment_ms: atOf(row, batch.moment).moment_ms };
    const shared = batch.shared.get(row.partition) as Shared;
    const applied = this.#logic.apply(this.#begun(batch, row, at), input, at, shared);
    const outcomes = this.#toldInPart(batch, row, applied);
    if (row.held !== null || isWaiting(row.awaiting)) {
      // It folds on in silence. A wake-up that fires meanwhile is forgotten: settling sets the next one.
      this.#replace(batch, { ...row, state: applied.state, due_ms: input.kind === 'wake' ? null : row.due_ms }, at);
      return outcomes;
    }
    const published = this.#logic.publish(row.key, applied.state, input, at, shared);
    this.#noteEffects(batch, row, published);
    const due_ms = dueAfter(row.due_ms, published.wake_at_ms, input.kind !== 'record');
    this.#replace(batch, { ...row, state: published.state, due_ms }, at);
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

  #begun(batch: Batch<S, Shared>, row: KeyRow<S>, at: KeyedAt): S {
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
  #replace(batch: Batch<S, Shared>, row: KeyRow<S>, at: KeyedAt): void {
    const id = `${row.partition}/${row.key}`;
    const now = batch.rows.get(id);
    if (now !== undefined && isSame(now, row)) return;
    batch.rows.set(id, { ...row, stored: true, came_from: decidedAt(row.came_from, at.moment_ms) });
  }

  /** `used`: the keys that are kept in the cache for having been used; null: all of the batch. */
  #folded(
    batch: Batch<S, Shared>,
    decided: readonly Decided[],
    store: StageStore,
    used: ReadonlySet<string> | null,
  ): Folded {
    const { codec } = this.#logic;
    const rows: StateRow[] = [];
    const cache: KeyRow<S>[] = [];
    const changes: StateChange<S>[] = [];
    const due_ms = new Map<number, number>();
    const wakes_under_way: WakeUnderWay[] = [];
    const postponed = new Set(batch.postponed.map(({ partition, key }) => `${partition}/${key}`));
    for (const [id, folded] of batch.rows) {
      const before = batch.before.get(id);
      const row = folded === before ? folded : timed(folded, batch.moment.now_ms);
      // Also of rows that did not change: a key that was woken and wants the same time again must be woken again.
      const wake_ms = batch.wakesUnderWay.get(id);
      if (row.due_ms !== null && wake_ms !== undefined)
        wakes_under_way.push({ partition: row.partition, key: row.key, wake_ms, due_ms: row.due_ms });
      else if (row.due_ms !== null && !postponed.has(id))
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
    for (const partition of batch.sharedChanged) rows.push(this.#shared.rowOf(partition, batch.shared.get(partition)));
    const writes: Statement[] = rows.length > 0 ? [store.writeStates(rows)] : [];
    if (changes.length > 0) writes.push(...(this.#logic.project?.(changes) ?? []));
    writes.push(...this.#shared.notes(batch.sharedFolded));
    return {
      decided,
      writes,
      effects: batch.effects,
      wakes_under_way,
      postponed: batch.postponed,
      sweeps: [...batch.sharedChanged],
      due_ms,
      committed: () => {
        for (const row of cache) {
          if (used?.has(`${row.partition}/${row.key}`) === false) this.#cache.refresh(row);
          else this.#cache.put(row);
          this.#unsettled.note(row, batch.moment.now_ms);
        }
        for (const partition of batch.sharedChanged) {
          this.#shared.put(partition, batch.shared.get(partition) as Shared);
        }
        if (changes.length > 0) this.#logic.committed?.(changes);
      },
    };
  }
}
