import { setImmediate as letOthers } from 'node:timers/promises';
import type { RecordOf, TopicTypes } from '../language/input.ts';
import type { BatchLogic } from '../language/logic.ts';
import { deadLetter } from '../language/outcome.ts';
import type { StageStore } from '../ports/store.ts';
import type { BatchInput } from '../read/batch-input.ts';
import { BUG } from '../read/dead-letter.ts';
import { nameOfBug } from './bug.ts';
import type { Moment } from './moment.ts';
import { type Decided, type Folded, onlySaid, type Runner, settingAsidePart } from './runner.ts';
import { NOBODY_WAITS, type Waiting } from './unsettled-keys.ts';

/** Longest time for which a batch of large records may block the rest of the process: requests, heartbeats. */
const SLICE_MS = 10;

/** Runs a `BatchLogic`: load the view, fold, write. Caches nothing between batches. */
export class BatchRunner<View, M extends TopicTypes> implements Runner {
  readonly #logic: BatchLogic<View, M>;
  readonly #sliceMs: number;

  /** `sliceMs`: a simulation, where time stands, takes infinity. */
  constructor(logic: BatchLogic<View, M>, sliceMs = SLICE_MS) {
    this.#logic = logic;
    this.#sliceMs = sliceMs;
  }

  async fold(inputs: readonly BatchInput[], { nowMs }: Moment, store: StageStore): Promise<Folded> {
    const records = inputs.filter((input) => input.kind === 'record') as unknown as RecordOf<M>[];
    const view = await this.#logic.load(records, store);
    const decided: Decided[] = [];
    let since_ms = performance.now();
    for (const record of records) {
      const outcomes = this.#logic.apply(view, record, { nowMs });
      // A logic that dead-letters a record as a whole outputs nothing else for it.
      decided.push({
        partition: record.partition,
        outcomes: outcomes.length > 1 ? settingAsidePart(outcomes) : outcomes,
      });
      if (performance.now() - since_ms < this.#sliceMs) continue;
      await letOthers();
      since_ms = performance.now();
    }
    return {
      decided,
      writes: this.#logic.writes(view),
      effects: [],
      wakesUnderWay: [],
      postponed: [],
      sweeps: [],
      due_ms: new Map(),
      committed: () => this.#logic.committed?.(view),
    };
  }

  /** Inputs of these stages do not wait for each other: the record alone becomes a dead letter. */
  async setAside(input: BatchInput, bug: unknown): Promise<Folded> {
    return onlySaid(input, [deadLetter(BUG, nameOfBug(bug))]);
  }

  async open(): Promise<void> {}

  forget(): void {}

  waiting(): Waiting {
    return NOBODY_WAITS;
  }

  held(): number {
    return 0;
  }
}
