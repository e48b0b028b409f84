import type { KeyedAt, RecordOf, TopicTypes, WakeInput } from '../language/input.ts';
import type { Applied, KeyedInput, KeyedLogic, Published } from '../language/logic.ts';
import { deadLetter, drop, type Outcome } from '../language/outcome.ts';
import type { AnyRecord, BatchInput } from '../read/batch-input.ts';
import { KEY_HELD } from '../read/dead-letter.ts';
import { afterDeadLetter, isDeadLetterOfHold, isNext, type KeyHold, withFollower } from './held-key.ts';
import { decidedAt, goingOn, isSame, isWaiting, type KeyRow, unsealed } from './key-row.ts';
import { awaitingNamed, handedOver, oneDeadLetterIn, redirected, takenOver } from './merging.ts';
import type { Moment } from './moment.ts';
import { type KeyEffect, type PostponedWake, settingAsidePart } from './runner.ts';
import { SHARED_KEY, type SharedStates } from './shared-states.ts';

/** A batch of a keyed stage while it is folded: the rows of its keys, and all results beside the outcomes. */
export class KeyedBatch<S, M extends TopicTypes, Shared> {
  readonly moment: Moment;
  readonly rows: Map<string, KeyRow<S>>;
  readonly before: Map<string, KeyRow<S>>;
  readonly shared: Map<number, Shared>;
  readonly sharedChanged = new Set<number>();
  /** Partitions all of whose keys must be visited because of that. */
  readonly toSweep = new Set<number>();
  /** The records that changed the shared state, with the positions of their partitions. */
  readonly sharedFolded: { readonly input: AnyRecord; readonly positions: Readonly<Record<string, number>> }[] = [];
  readonly effects: KeyEffect[] = [];
  /** Wake-up times of keys with effects in flight. */
  readonly wakesUnderWay = new Map<string, number | null>();
  readonly postponed: PostponedWake[] = [];
  readonly #logic: KeyedLogic<S, M, Shared>;
  readonly #states: SharedStates<Shared, M>;
  /** Keys whose first input of the batch is folded. */
  readonly #begun = new Set<string>();
  /** Ids of the effects that each key requested in this batch. */
  readonly #asked = new Map<string, string[]>();
  /** The input being folded. */
  #cause: BatchInput | null = null;

  /** `before`: the rows of all keys of the batch, by `partition/key`. */
  constructor(
    logic: KeyedLogic<S, M, Shared>,
    states: SharedStates<Shared, M>,
    moment: Moment,
    before: Map<string, KeyRow<S>>,
  ) {
    this.#logic = logic;
    this.#states = states;
    this.moment = moment;
    this.before = before;
    this.rows = new Map(before);
    this.shared = states.copy();
  }

  /** Folds one input. `key`: the key whose state it belongs to; undefined if no row can have that key. */
  decide(input: BatchInput, key: string | undefined): readonly Outcome[] {
    this.#cause = input;
    if (key === undefined) return [deadLetter('bad_key', 'The key is empty or holds a NUL character.')];
    if (key === SHARED_KEY) return this.#decideShared(input);
    const row = this.rows.get(`${input.partition}/${key}`);
    if (row === undefined) throw new Error('a key of the batch was not loaded');
    if (row.redirect !== null) return this.#redirect(row, input);
    return row.held === null ? this.#decideKey(row, input) : this.#decideHeld(row, row.held, input);
  }

  #decideShared(input: BatchInput): readonly Outcome[] {
    if (input.kind !== 'record') throw new Error('only records change the shared state');
    const before = this.shared.get(input.partition);
    const positions = () => this.moment.positionsAt(input);
    const after = this.#states.after(before, input as unknown as RecordOf<M>, positions);
    if (after === before) return [drop('unchanged')];
    this.shared.set(input.partition, after);
    this.sharedChanged.add(input.partition);
    if (this.#states.concernsKeys(before, after)) this.toSweep.add(input.partition);
    if (this.#logic.note !== undefined) this.sharedFolded.push({ input, positions: this.moment.positionsAt(input) });
    return [];
  }

  /** Forwards an input to the survivor of an absorbed key. Replayed dead letters of the key go there, too. */
  #redirect(row: KeyRow<S>, input: BatchInput): readonly Outcome[] {
    const { merge } = this.#logic;
    const outcomes = redirected(merge, row, input, this.moment, this.shared.get(row.partition) as Shared);
    if (row.held === null || !isDeadLetterOfHold(input)) return outcomes;
    this.rows.set(idOf(row), { ...row, held: afterDeadLetter(row.held) });
    return [...outcomes, oneDeadLetterIn(merge, row, this.moment)];
  }

  #decideKey(row: KeyRow<S>, input: BatchInput): readonly Outcome[] {
    const at = atOf(row, this.moment);
    switch (input.kind) {
      case 'state': {
        const { joined, cause } = takenOver(this.#logic, row, input.handover, at);
        // Late records may still follow from the absorbed key's partition.
        return this.#step(joined, cause, atOf(joined, this.moment));
      }
      case 'forwarded':
        return this.#take(row, input.record as unknown as RecordOf<M>, at);
      case 'record': {
        const notice = this.#logic.merge?.notice(input as unknown as RecordOf<M>) ?? null;
        if (notice === null) return this.#take(row, input as unknown as RecordOf<M>, at);
        const { gone, outcomes } = handedOver(this.#logic, row, input, notice, at, this.moment);
        this.rows.set(idOf(row), gone);
        return outcomes;
      }
      case 'wake':
        return this.#wake(goingOn(row), input);
      default:
        return this.#step(row, input, at);
    }
  }

  #wake(row: KeyRow<S>, input: WakeInput): readonly Outcome[] {
    const at = atOf(row, this.moment);
    const { partition, key, due_ms, came_from } = row;
    // A key that waits for a handover is woken once in vain. The handover sets its next wake-up.
    if (!isWaiting(row.awaiting) && came_from.length > 0 && due_ms !== null && due_ms > at.momentMs) {
      this.postponed.push({ partition, key, due_ms, came_from });
      return [];
    }
    const asked = this.#asked.get(idOf(row));
    // An effect that the key requested earlier in the batch counts as in flight.
    const underWay = asked === undefined ? input.underWay : new Set([...(input.underWay ?? []), ...asked]);
    return this.#step(row, underWay === input.underWay ? input : { ...input, underWay }, at);
  }

  /** A held key folds its replayed dead letters in order. Other inputs follow them, except results of effects. */
  #decideHeld(row: KeyRow<S>, held: KeyHold, input: BatchInput): readonly Outcome[] {
    if (input.kind === 'effect') return this.#decideKey(this.#unseal(row, held), input);
    if (isNext(held, input, row.due_ms)) return this.#decideNext(row, held, input);
    if (input.kind === 'wake') return [drop(KEY_HELD)];
    if (input.kind === 'sweep') {
      this.rows.set(idOf(row), { ...row, held: { ...held, swept: true } });
      return [drop(KEY_HELD)];
    }
    this.rows.set(idOf(row), { ...row, due_ms: null, held: withFollower(held, input), stored: true });
    return [deadLetter(KEY_HELD, 'An earlier record of its key met a bug: replay this one after it.')];
  }

  /** The next dead letter of a held key. After the last one the key is no longer held, and publishes. */
  #decideNext(row: KeyRow<S>, held: KeyHold, input: BatchInput): readonly Outcome[] {
    const left = input.kind === 'wake' ? null : afterDeadLetter(held);
    const outcomes = this.#decideKey(this.#unseal(row, left), input);
    const after = this.rows.get(idOf(row));
    if (left !== null || !held.swept || after === undefined || after.redirect !== null) return outcomes;
    const sweep = { kind: 'sweep' as const, partition: row.partition, key: row.key };
    return [...outcomes, ...this.#decideKey(after, sweep)];
  }

  /** The row of a held key, with its state decoded. */
  #unseal(row: KeyRow<S>, held: KeyHold | null): KeyRow<S> {
    const id = idOf(row);
    const open = unsealed(row, this.#logic.codec);
    const before = this.before.get(id);
    if (before !== undefined && open !== row) this.before.set(id, { ...before, state: open.state, sealed: null });
    const next = { ...open, held };
    this.rows.set(id, next);
    return next;
  }

  #take(row: KeyRow<S>, input: RecordOf<M>, at: KeyedAt): readonly Outcome[] {
    return this.#step(awaitingNamed(this.#logic.merge, row, input, at), input, at);
  }

  #step(standing: KeyRow<S>, input: KeyedInput<M>, before: KeyedAt): readonly Outcome[] {
    const row = goingOn(standing);
    const at = row === standing ? before : { ...before, momentMs: atOf(row, this.moment).momentMs };
    const shared = this.shared.get(row.partition) as Shared;
    const applied = this.#logic.apply(this.#stateOf(row, at), input, at, shared);
    const outcomes = this.#outcomesOf(row, applied);
    if (row.held !== null || isWaiting(row.awaiting)) {
      // The key folds and does not publish. A wake-up that fires meanwhile is dropped: settling sets the next one.
      this.#replace({ ...row, state: applied.state, due_ms: input.kind === 'wake' ? null : row.due_ms }, at);
      return outcomes;
    }
    const published = this.#logic.publish(row.key, applied.state, input, at, shared);
    this.#noteEffects(row, published);
    const due_ms = dueAfter(row.due_ms, published.wakeAtMs, input.kind !== 'record');
    this.#replace({ ...row, state: published.state, due_ms }, at);
    return published.outcomes.length === 0 ? outcomes : [...outcomes, ...published.outcomes];
  }

  /** The state of a key. For its first input of the batch, `begin` prepares it. */
  #stateOf(row: KeyRow<S>, at: KeyedAt): S {
    if (this.#logic.begin === undefined) return row.state;
    const id = idOf(row);
    if (this.#begun.has(id)) return row.state;
    this.#begun.add(id);
    return this.#logic.begin(row.state, at);
  }

  #noteEffects(row: KeyRow<S>, { effects = [], wakeUnderWayMs }: Published<S>): void {
    if (effects.length === 0 && wakeUnderWayMs === undefined && this.wakesUnderWay.size === 0) return;
    const id = idOf(row);
    const { partition, key } = row;
    for (const effect of effects) this.effects.push({ partition, key, effect, cause: this.#cause });
    if (effects.length > 0)
      this.#asked.set(id, [...(this.#asked.get(id) ?? []), ...effects.map((effect) => effect.id)]);
    if (wakeUnderWayMs === undefined) this.wakesUnderWay.delete(id);
    else this.wakesUnderWay.set(id, wakeUnderWayMs);
  }

  /** The outcomes of an input. If the input changed its key, its dead letter is marked as processed in part. */
  #outcomesOf(row: KeyRow<S>, { state, outcomes = [] }: Applied<S>): readonly Outcome[] {
    if (!outcomes.some(({ kind }) => kind === 'dead-letter')) return outcomes;
    const before = this.rows.get(idOf(row));
    const isUntouched = state === before?.state && row.awaiting === before.awaiting;
    return isUntouched ? outcomes : settingAsidePart(outcomes);
  }

  /** Replaces the row, if it differs from the one in the batch. */
  #replace(row: KeyRow<S>, at: KeyedAt): void {
    const id = idOf(row);
    const now = this.rows.get(id);
    if (now !== undefined && isSame(now, row)) return;
    this.rows.set(id, { ...row, stored: true, came_from: decidedAt(row.came_from, at.momentMs) });
  }
}

function idOf({ partition, key }: { readonly partition: number; readonly key: string }): string {
  return `${partition}/${key}`;
}

/**
 * After a record, a row keeps an earlier wake-up than it needs, so that a sliding window does not move an index entry with each
 * event; an early wake-up is harmless. Every other input sets the exact time.
 */
function dueAfter(stored: number | null, wanted: number | null, exact: boolean): number | null {
  if (exact) return wanted;
  if (stored === null || wanted === null) return stored ?? wanted;
  return Math.min(stored, wanted);
}

/** The moment of a decision about the key. While the key waits for a handover, its moment stands still. */
function atOf<S>(row: KeyRow<S>, { nowMs, momentOf, isUnproven }: Moment): KeyedAt {
  const { partition, came_from } = row;
  const momentMs = row.stands_at_ms ?? momentOf(partition, came_from);
  return { nowMs, momentMs, isUnproven: isUnproven(partition, came_from, momentMs) };
}
