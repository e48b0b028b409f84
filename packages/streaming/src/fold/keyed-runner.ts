import type { RecordOf, TopicTypes } from '../language/input.ts';
import type { KeyedLogic, StateChange, Statement } from '../language/logic.ts';
import type { StageStore, StateRow } from '../ports/store.ts';
import type { BatchInput } from '../read/batch-input.ts';
import { changeOf, decodeRow, encodeRow, type KeyRow, newRow, protocolOf, timed } from './key-row.ts';
import { KeyedBatch } from './keyed-batch.ts';
import type { Moment } from './moment.ts';
import { type Decided, type Folded, forwardsOf, type Runner, type WakeUnderWay } from './runner.ts';
import { setAside } from './set-aside.ts';
import { notesOf, SHARED_KEY, SharedStates } from './shared-states.ts';
import { StateCache } from './state-cache.ts';
import { UnsettledKeys, type Waiting } from './unsettled-keys.ts';

/** Limits of a keyed stage's cache. */
export interface CacheLimits {
  readonly maxRows: number;
  readonly maxBytes: number;
}

/** Runs a `KeyedLogic`: loads the states from the cache or by one query, folds, and hands merged keys over. */
export class KeyedRunner<S, M extends TopicTypes, Shared> implements Runner {
  readonly #logic: KeyedLogic<S, M, Shared>;
  readonly #cache: StateCache<S>;
  readonly #shared: SharedStates<Shared, M>;
  readonly #unsettled = new UnsettledKeys();

  constructor(logic: KeyedLogic<S, M, Shared>, limits: CacheLimits) {
    this.#logic = logic;
    this.#shared = new SharedStates(logic.shared);
    this.#cache = new StateCache(limits.maxRows, limits.maxBytes);
  }

  async fold(inputs: readonly BatchInput[], moment: Moment, store: StageStore): Promise<Folded> {
    const batch = await this.#load(inputs, moment, store);
    const decided: Decided[] = inputs.map((input) => ({
      partition: input.partition,
      outcomes: batch.decide(input, this.#keyOf(input)),
    }));
    return this.#folded(batch, decided, store, this.#usedBesideSweeps(inputs));
  }

  /** Dead-letters the record and holds its key. Later records of the key follow in order until the dead letters are replayed. */
  async setAside(input: BatchInput, bug: unknown, moment: Moment, store: StageStore): Promise<Folded> {
    return setAside(input, this.#keyOrNone(input), bug, moment, store, (partition, key, unsettled) => {
      this.#cache.drop(partition, key);
      this.#unsettled.note({ partition, key, ...unsettled }, moment.nowMs);
    });
  }

  async open(partitions: readonly number[], nowMs: number, store: StageStore): Promise<void> {
    for (const { partition, key, protocol } of await store.unsettled(partitions)) {
      this.#unsettled.note({ partition, key, ...protocolOf(protocol) }, nowMs);
    }
  }

  forget(partition: number): void {
    this.#cache.forget(partition);
    this.#unsettled.forget(partition);
    this.#shared.forget(partition);
  }

  waiting(nowMs: number): Waiting {
    return this.#unsettled.waiting(nowMs);
  }

  held(): number {
    return this.#unsettled.held();
  }

  /** The key to hold for an input that met a bug. The bug may be in `keyOf` itself. */
  #keyOrNone(input: BatchInput): string | undefined {
    try {
      const key = this.#keyOf(input);
      return key === SHARED_KEY ? undefined : key;
    } catch {
      return undefined;
    }
  }

  /** The key of an input; undefined if no row can have that key. */
  #keyOf(input: BatchInput): string | undefined {
    if (input.kind === 'record') {
      const key = this.#logic.keyOf(input as unknown as RecordOf<M>);
      return key === null ? SHARED_KEY : usable(key);
    }
    return usable(input.kind === 'state' || input.kind === 'forwarded' ? input.handover.to_key : input.key);
  }

  async #load(inputs: readonly BatchInput[], moment: Moment, store: StageStore): Promise<KeyedBatch<S, M, Shared>> {
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
    return new KeyedBatch(this.#logic, this.#shared, moment, before);
  }

  #decode(row: StateRow): KeyRow<S> {
    return decodeRow(row, this.#logic.codec, (key) => this.#logic.initial(key));
  }

  /** In a batch with a sweep, the keys that other inputs reached: a sweep alone does not count as use for the cache. */
  #usedBesideSweeps(inputs: readonly BatchInput[]): ReadonlySet<string> | null {
    if (inputs.every(({ kind }) => kind !== 'sweep')) return null;
    const others = inputs.filter(({ kind }) => kind !== 'sweep');
    return new Set(others.map((input) => `${input.partition}/${this.#keyOf(input)}`));
  }

  /** `used`: the keys that count as used for the cache; null for all of the batch. */
  #folded(
    batch: KeyedBatch<S, M, Shared>,
    decided: readonly Decided[],
    store: StageStore,
    used: ReadonlySet<string> | null,
  ): Folded {
    const { codec } = this.#logic;
    const rows: StateRow[] = [];
    const cache: KeyRow<S>[] = [];
    const changes: StateChange<S>[] = [];
    const due_ms = new Map<number, number>();
    const wakesUnderWay: WakeUnderWay[] = [];
    const postponed = new Set(batch.postponed.map(({ partition, key }) => `${partition}/${key}`));
    for (const [id, folded] of batch.rows) {
      const before = batch.before.get(id);
      const row = folded === before ? folded : timed(folded, batch.moment.nowMs);
      // Also for unchanged rows: a key that was woken and asks for the same time again must be woken again.
      const wakeMs = batch.wakesUnderWay.get(id);
      if (row.due_ms !== null && wakeMs !== undefined)
        wakesUnderWay.push({ partition: row.partition, key: row.key, wakeMs, due_ms: row.due_ms });
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
    writes.push(...notesOf(this.#logic, batch.sharedFolded));
    return {
      decided,
      writes,
      effects: batch.effects,
      wakesUnderWay,
      postponed: batch.postponed,
      sweeps: [...batch.toSweep],
      due_ms,
      committed: () => {
        for (const row of cache) {
          if (used?.has(`${row.partition}/${row.key}`) === false) this.#cache.refresh(row);
          else this.#cache.put(row);
          this.#unsettled.note(row, batch.moment.nowMs);
        }
        for (const partition of batch.sharedChanged) {
          this.#shared.put(partition, batch.shared.get(partition) as Shared);
        }
        this.#logic.committed?.(changes, forwardsOf(decided));
      },
    };
  }
}

/** The key, if a row can have it: the empty key belongs to the shared state, and PostgreSQL's text cannot hold NUL. */
function usable(key: string): string | undefined {
  return key === SHARED_KEY || key.includes('\0') ? undefined : key;
}
