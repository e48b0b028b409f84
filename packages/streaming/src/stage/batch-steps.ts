import { refuseTooLarge } from '../commit/batch-bytes.ts';
import type { Attempted, Batch } from '../commit/batch-division.ts';
import { draftBatch } from '../commit/draft-batch.ts';
import type { KeyWaker } from '../effects/key-waker.ts';
import type { Folded } from '../fold/runner.ts';
import { commitOf } from '../partitions/owned-partition.ts';
import type { OwnCommit, PartitionLife } from '../partitions/partition-life.ts';
import type { Checkpoint } from '../ports/checkpoint.ts';
import { type ClockReading, readClock } from '../ports/clock.ts';
import type { BatchInput } from '../read/batch-input.ts';
import { positionsIn } from '../read/fold-positions.ts';
import {
  type Admitted,
  admitRecords,
  decodeRecords,
  firstUnreadable,
  rulesOf,
  type Slot,
  type Unreadable,
} from '../read/intake.ts';
import { BatchTrace } from '../read/tracer.ts';
import { countDrops, countOutputs, countRecords, countRepeats, reportEventTimes } from '../reporting/batch-metrics.ts';
import type { StageTime } from '../time/stage-time.ts';
import type { StageDependencies } from './stage-dependencies.ts';
import type { Sweeps } from './sweeps.ts';

const NOTHING_SWEPT: ReadonlyMap<number, string | null> = new Map();

/** A batch that is read: each record once, decoded. */
interface ReadBatch {
  readonly batch: Batch;
  /** The checkpoints of the partitions before the batch. */
  readonly before: ReadonlyMap<number, Checkpoint>;
  readonly admitted: Admitted;
  readonly slots: readonly Slot[];
  readonly inputs: readonly BatchInput[];
  /** When it was read, milliseconds since the epoch. */
  readonly nowMs: number;
  /** Undecodable records that hold their partitions: nothing is folded. */
  readonly unreadable: ReadonlyMap<number, Unreadable>;
}

/** A folded batch that is ready to commit. */
interface SealedBatch {
  readonly commits: readonly OwnCommit[];
  /** Reasons of the dead letters. */
  readonly deadLetters: readonly string[];
  readonly trace: BatchTrace | null;
}

/** What the steps of a batch work with. */
interface Surroundings {
  readonly life: PartitionLife;
  readonly time: StageTime;
  readonly waker: KeyWaker;
  readonly sweeps: Sweeps;
}

/** The steps of a batch, from polled records to a commit: read, fold, seal, commit. */
export class BatchSteps {
  readonly #dependencies: StageDependencies;
  readonly #around: Surroundings;

  constructor(dependencies: StageDependencies, around: Surroundings) {
    this.#dependencies = dependencies;
    this.#around = around;
  }

  /** Processes a batch, or a part of one. Unless it is committed, it changes nothing. */
  async attempt(batch: Batch): Promise<Attempted> {
    const { clock, metrics, store } = this.#dependencies;
    const known = readClock(clock);
    const begun = performance.now();
    const read = await this.#read(batch);
    if (read.unreadable.size > 0) return { kind: 'unreadable', first: read.unreadable };
    const decoded = performance.now();
    const folded = await this.#fold(read);
    const sealed = this.#seal(read, folded);
    const outdated = await this.#around.life.ownership.confirm(0);
    if (outdated.length > 0) return { kind: 'fenced', lost: [], outdated };
    const ready = performance.now();
    const commits = sealed.commits.map(({ commit }) => commit);
    const result = await store.commit(commits, folded.writes);
    if (result.kind !== 'committed') return result;
    const committed = performance.now();
    this.#committed(read, folded, sealed, known);
    metrics.step('decode', (decoded - begun) / 1_000);
    metrics.step('fold', (ready - decoded) / 1_000);
    metrics.step('commit', (committed - ready) / 1_000);
    this.#count(read, folded, sealed);
    return { kind: 'committed', folded };
  }

  /** Takes each record once and decodes it. The inputs that come from no topic follow the records. */
  async #read(batch: Batch): Promise<ReadBatch> {
    const { codec, clock, topology, handoverTopic } = this.#dependencies;
    const before = new Map<number, Checkpoint>();
    for (const owned of this.#around.life.owned.values()) before.set(owned.partition, owned.checkpoint);
    const rules = rulesOf(topology);
    const admitted = admitRecords(batch.records, before, rules);
    const slots = await decodeRecords(admitted.taken, codec, topology, handoverTopic);
    const unreadable = firstUnreadable(slots, before, rules);
    for (const input of batch.inputs) slots.push({ raw: null, input });
    const inputs = slots.flatMap(({ input }) => (input.kind === 'poison' ? [] : [input]));
    return { batch, before, admitted, slots, inputs, nowMs: clock.nowMs(), unreadable };
  }

  /** Applies the logic. An input that met a bug is dead-lettered instead. */
  async #fold({ batch, before, slots, inputs, nowMs }: ReadBatch): Promise<Folded> {
    const { runner, store } = this.#dependencies;
    const { time, life } = this.#around;
    const at = time.at(nowMs, life.owned, positionsIn(slots, before));
    const [only] = inputs;
    if (batch.bug !== undefined && only !== undefined) return runner.setAside(only, batch.bug, at, store);
    return runner.fold(inputs, at, store);
  }

  /** Numbers the outputs, and builds the commit of each partition that the batch moved. */
  #seal({ batch, before, admitted, slots, nowMs }: ReadBatch, folded: Folded): SealedBatch {
    const { tracer, topology } = this.#dependencies;
    const { life, time, sweeps } = this.#around;
    const trace = tracer === null ? null : new BatchTrace(tracer, topology.stage, slots, nowMs);
    const draft = draftBatch(slots, folded, before, nowMs, this.#dependencies, trace);
    const swept = batch.isLast ? sweeps.reached : NOTHING_SWEPT;
    const touched = new Set<number>([...admitted.checkpoints.keys(), ...swept.keys(), ...folded.sweeps]);
    for (const { partition } of folded.decided) touched.add(partition);
    const commits = [...touched]
      .sort((a, b) => a - b)
      .map((partition): OwnCommit => {
        const owned = life.owned.get(partition);
        const base = admitted.checkpoints.get(partition) ?? before.get(partition);
        if (owned === undefined || base === undefined) throw new Error('a partition of the batch is not owned');
        const reached = swept.has(partition) ? (swept.get(partition) ?? null) : base.sweep_after;
        const moved = { ...base, sweep_after: folded.sweeps.includes(partition) ? '' : reached };
        const { checkpoint, rows, records } = draft.finish(partition, moved);
        return { owned, commit: commitOf(owned, time.after(checkpoint, owned, folded), rows), records };
      });
    refuseTooLarge(
      slots.length,
      commits.map(({ commit }) => commit.outbox),
      folded.writes,
    );
    return { commits, deadLetters: draft.deadLetters, trace };
  }

  /** The batch is durable: notes the commits, starts the effects, and holds the partitions that have a gap. */
  #committed({ admitted }: ReadBatch, folded: Folded, { commits, trace }: SealedBatch, known: ClockReading): void {
    const { life, waker, sweeps } = this.#around;
    // If one part of a batch starts a new sweep, the progress of the previous sweep must not end it in the next part.
    for (const partition of folded.sweeps) sweeps.reached.delete(partition);
    for (const commit of commits) {
      life.committed(commit, known);
      if (commit.owned.held === null) this.#dependencies.metrics.unreadable(commit.owned.partition, false);
    }
    folded.committed();
    const stays = ({ partition }: { readonly partition: number }) => life.owned.get(partition)?.isLeaving === false;
    const allStay = folded.effects.every(stays);
    const asked = allStay ? folded : { ...folded, effects: folded.effects.filter(stays) };
    waker.committed(asked, (cause) => trace?.of(cause));
    trace?.end();
    for (const [partition, where] of admitted.gaps) life.holdAtGap(partition, where);
  }

  #count({ admitted, inputs }: ReadBatch, folded: Folded, { commits, deadLetters }: SealedBatch): void {
    const { clock, metrics, topology } = this.#dependencies;
    metrics.batch(inputs.length);
    countRepeats(metrics, admitted);
    countRecords(metrics, admitted.taken, deadLetters);
    countOutputs(metrics, commits);
    countDrops(metrics, folded.decided);
    reportEventTimes(metrics, inputs, topology, clock.nowMs());
  }
}
