import { mayBeOfOneInput, nameOfBug } from '../fold/bug.ts';
import type { Decided, Folded } from '../fold/runner.ts';
import type { Topology } from '../language/topology.ts';
import type { Clock } from '../ports/clock.ts';
import type { RawRecord } from '../ports/log.ts';
import type { Logger } from '../ports/logger.ts';
import type { StageMetrics } from '../ports/metrics.ts';
import type { CommitResult } from '../ports/store.ts';
import type { BatchInput } from '../read/batch-input.ts';
import { BUG, KEY_HELD } from '../read/dead-letter.ts';
import type { Unreadable } from '../read/intake.ts';
import { BatchTooLargeError } from './batch-bytes.ts';

const MAX_CONFLICTS = 200;
const CONFLICT_PAUSE_MS = 50;
/**
 * How many inputs in a row, with none between them that can be folded, become dead letters as bugs: more is not a bug
 * of one record.
 */
const MAX_BUGS_IN_A_ROW = 100;

/** What a stage does at once: records that it read, and what no topic brings. Where it must be, it is done in parts. */
export interface Batch {
  readonly records: readonly RawRecord[];
  /** Inputs that come from no topic, after the records. */
  readonly inputs: readonly BatchInput[];
  /** The last part of a batch records how far its sweeps came. */
  readonly isLast: boolean;
  /** The bug that the part's one input triggered: it becomes a dead letter. */
  readonly bug?: unknown;
}

/** The result of an attempt: committed or not, or that a record holds its partition before anything was folded. */
export type Attempted =
  | { readonly kind: 'committed'; readonly folded: Pick<Folded, 'decided'> }
  | Exclude<CommitResult, { readonly kind: 'committed' }>
  | { readonly kind: 'unreadable'; readonly first: ReadonlyMap<number, Unreadable> };

/** What committing a batch needs. */
interface Surroundings {
  /** Folds a part and commits it. Rejects with the error. */
  attempt(part: Batch): Promise<Attempted>;
  /** The partitions that this instance owns now. */
  readonly owned: ReadonlyMap<number, { readonly held: string | null }>;
  /** Partitions with a sweep in progress. */
  readonly swept: Map<number, unknown>;
  lose(partitions: readonly number[], againAfterMs?: number): void;
  holdAt(unreadable: Unreadable): void;
}

/**
 * Commits batches, retrying as often as necessary. Partitions that have a new owner leave the batch. A failing batch is
 * halved until the input is found that makes it fail; that one becomes a dead letter, and the rest goes on (ADR 32).
 */
export class BatchDivision {
  readonly #dependencies: { topology: Topology; clock: Clock; metrics: StageMetrics; logger: Logger };
  readonly #around: Surroundings;
  readonly #batchRecords: number;
  #mostRecords: number;
  #bugsInARow = 0;

  constructor(
    dependencies: {
      topology: Topology;
      clock: Clock;
      metrics: StageMetrics;
      logger: Logger;
      limits: { readonly batchRecords: number };
    },
    around: Surroundings,
  ) {
    this.#dependencies = dependencies;
    this.#around = around;
    this.#batchRecords = dependencies.limits.batchRecords;
    this.#mostRecords = this.#batchRecords;
  }

  /** Records to ask for: fewer after batches that were too large, and more again with each that was not. */
  get mostRecords(): number {
    return this.#mostRecords;
  }

  /** Commits a batch, whole or in parts. */
  async commit(part: Batch): Promise<void> {
    const { owned, swept, attempt } = this.#around;
    const { isLast, bug } = part;
    let { records, inputs } = this.#stillOwned(part);
    for (let conflicts = 0; records.length > 0 || inputs.length > 0 || (isLast && swept.size > 0); ) {
      let result: Attempted;
      try {
        result = await attempt({ ...part, records, inputs });
      } catch (error) {
        if (error instanceof BatchTooLargeError) this.#mostRecords = Math.max(1, Math.ceil(records.length / 2));
        if (bug !== undefined || records.length + inputs.length === 0 || !mayBeOfOneInput(error)) throw error;
        return this.#divide({ records, inputs, isLast }, error);
      }
      if (result.kind === 'committed') {
        const isFine = bug === undefined && this.#bugsInARow > 0 && result.folded.decided.some(isFolded);
        if (isFine) this.#bugsInARow = 0;
        break;
      }
      if (result.kind === 'unreadable') {
        const { first } = result;
        records = withoutRest(records, first);
        inputs = inputs.filter((input) => !first.has(input.partition) || input.kind === 'effect');
        for (const [partition, unreadable] of first) {
          this.#around.holdAt(unreadable);
          swept.delete(partition);
        }
      } else if (result.kind === 'conflict') {
        conflicts += 1;
        await this.#afterConflict(conflicts);
      } else {
        this.#around.lose(result.lost);
        this.#around.lose(result.outdated, 0);
        for (const partition of [...result.lost, ...result.outdated]) swept.delete(partition);
        records = records.filter((record) => owned.has(record.partition));
        inputs = inputs.filter((input) => owned.has(input.partition));
      }
    }
    this.#mostRecords = Math.min(this.#batchRecords, 2 * this.#mostRecords);
  }

  /** What of a part can still be done after earlier parts: a partition may have gone, or be held. */
  #stillOwned({ records, inputs }: Batch): Pick<Batch, 'records' | 'inputs'> {
    const { owned } = this.#around;
    return {
      records: records.filter((record) => owned.get(record.partition)?.held === null),
      inputs: inputs.filter((input) => owned.has(input.partition)),
    };
  }

  /**
   * The halves of a failed batch, one after the other; a single input becomes a dead letter, with what made it fail.
   */
  async #divide({ records, inputs, isLast }: Batch, bug: unknown): Promise<void> {
    const count = records.length + inputs.length;
    if (count === 1) return this.#setAside({ records, inputs, isLast, bug: bug ?? 'nothing' });
    const middle = Math.ceil(count / 2);
    const rest = Math.max(0, middle - records.length);
    await this.commit({ records: records.slice(0, middle), inputs: inputs.slice(0, rest), isLast: false });
    await this.commit({ records: records.slice(middle), inputs: inputs.slice(rest), isLast });
  }

  async #setAside(part: Batch): Promise<void> {
    const { metrics, logger, topology } = this.#dependencies;
    const { records, inputs, bug } = part;
    this.#bugsInARow += 1;
    if (this.#bugsInARow > MAX_BUGS_IN_A_ROW) throw bug;
    const partition = records[0]?.partition ?? inputs[0]?.partition;
    const where = records[0] === undefined ? inputs[0]?.kind : `${records[0].topic} at offset ${records[0].offset}`;
    await this.commit(part);
    metrics.bug();
    logger.error(
      { stage: topology.stage, partition, where, bug: nameOfBug(bug) },
      'an input triggered a bug and became a dead letter',
    );
  }

  /**
   * Another instance was faster. If a commit never succeeds, that is no conflict but a bug in the stage's statements.
   */
  async #afterConflict(conflicts: number): Promise<void> {
    const { metrics, clock, topology } = this.#dependencies;
    metrics.retry('conflict');
    if (conflicts >= MAX_CONFLICTS) throw new Error(`a batch of ${topology.stage} met ${conflicts} conflicts in a row`);
    if (conflicts > 1) await clock.sleep(Math.min(conflicts, CONFLICT_PAUSE_MS));
  }
}

/** True unless an input only became a dead letter because its key is held. */
function isFolded({ outcomes }: Decided): boolean {
  return outcomes.every(
    (outcome) => outcome.kind === 'forward' || (outcome.reason !== KEY_HELD && outcome.reason !== BUG),
  );
}

/** The records before the first of their partition that cannot be decoded. */
function withoutRest(records: readonly RawRecord[], first: ReadonlyMap<number, Unreadable>): readonly RawRecord[] {
  const ended = new Set<number>();
  return records.filter((record) => {
    if (record === first.get(record.partition)?.raw) ended.add(record.partition);
    return !ended.has(record.partition);
  });
}
