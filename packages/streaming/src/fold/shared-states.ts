import type { RecordOf, TopicTypes } from '../language/input.ts';
import type { FoldedShared, KeyedLogic, SharedLogic, Statement } from '../language/logic.ts';
import type { StateRow } from '../ports/store.ts';
import type { AnyRecord } from '../read/batch-input.ts';
import { StageFaultError } from './bug.ts';

/** Key of a partition's shared state in the state table. */
export const SHARED_KEY = '';

/** The shared states of partitions, as they are durable; a batch changes its own copy. */
export class SharedStates<Shared, M extends TopicTypes> {
  readonly #logic: SharedLogic<Shared, M> | undefined;
  readonly #states = new Map<number, Shared>();

  constructor(logic: SharedLogic<Shared, M> | undefined) {
    this.#logic = logic;
  }

  /** Whether a partition's shared state is still to be loaded. */
  isMissing(partition: number): boolean {
    return this.#logic !== undefined && !this.#states.has(partition);
  }

  /**
   * Takes the store's rows of those that were missing. If one cannot be decoded, all keys are held: no input is to
   * blame.
   */
  load(asked: readonly { readonly partition: number; readonly key: string }[], found: readonly StateRow[]): void {
    const logic = this.#logic;
    if (logic === undefined) return;
    for (const { partition, key } of asked) if (key === SHARED_KEY) this.#states.set(partition, logic.initial());
    for (const { partition, key, body } of found) {
      if (key !== SHARED_KEY || body === null) continue;
      try {
        this.#states.set(partition, logic.codec.decode(body));
      } catch (error) {
        this.#states.delete(partition);
        throw new StageFaultError('the shared state of a partition cannot be decoded', { cause: error });
      }
    }
  }

  copy(): Map<number, Shared> {
    return new Map(this.#states);
  }

  /** The state after a record. The same object if the record changes nothing. */
  after(state: Shared | undefined, input: RecordOf<M>, positions: () => FoldedShared<M>['positions']): Shared {
    const logic = this.#used();
    return logic.apply(state ?? logic.initial(), input, positions);
  }

  /** Whether every key of the partition must be visited because of the change. */
  concernsKeys(before: Shared | undefined, after: Shared): boolean {
    const logic = this.#used();
    return logic.concernsKeys?.(before ?? logic.initial(), after) ?? true;
  }

  rowOf(partition: number, state: Shared | undefined): StateRow {
    const logic = this.#used();
    if (state === undefined) throw new Error('the shared state of a partition was not loaded');
    return { partition, key: SHARED_KEY, body: logic.codec.encode(state), due_ms: null, protocol: null };
  }

  /** A batch that changed the state is committed. */
  put(partition: number, state: Shared): void {
    this.#states.set(partition, state);
  }

  forget(partition: number): void {
    this.#states.delete(partition);
  }

  #used(): SharedLogic<Shared, M> {
    if (this.#logic === undefined) throw new Error('the stage has no shared state');
    return this.#logic;
  }
}

/** What a logic notes of the records that changed the shared state. */
export function notesOf<S, M extends TopicTypes, Shared>(
  logic: Pick<KeyedLogic<S, M, Shared>, 'note'>,
  folded: readonly { readonly input: AnyRecord; readonly positions: FoldedShared<M>['positions'] }[],
): readonly Statement[] {
  if (folded.length === 0) return [];
  const note = logic.note?.(folded as unknown as readonly FoldedShared<M>[]) ?? null;
  return note === null ? [] : [note];
}
