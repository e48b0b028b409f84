import type { Checkpoint } from './checkpoint.ts';
import type { Effector } from './effect-desk.ts';
import { admitRecords, decodeRecords, inTimeOrder, rulesOf, type Slot } from './intake.ts';
import { KeyWaker } from './key-waker.ts';
import type { StageMetrics } from './metrics.ts';
import { countOutputs, countRecords, countRepeats, tellEventTimes } from './batch-metrics.ts';
import { draftBatch, dropsOf } from './draft-batch.ts';
import type { OutputDraft } from './outputs.ts';
import { LEASE_MS, Ownership, type OwnedPartition } from './ownership.ts';
import type {
  Clock,
  CommitResult,
  Logger,
  LogConsumer,
  LogProducer,
  OutRecord,
  PartitionCommit,
  RawRecord,
  RecordCodec,
  StageStore,
} from './ports.ts';
import { Hold } from './retry.ts';
import type { BatchInput, Folded, Runner } from './runner.ts';
import { type Topology, topicsRead } from './topology.ts';
import { BatchTrace, type Tracer } from './tracer.ts';

/** Bounds of a stage. */
export interface StageLimits {
  /** Records in a batch. */
  readonly batch_records: number;
  /** Keys visited in one batch of a sweep, and keys woken in one batch. */
  readonly batch_keys: number;
  /** External calls under way. */
  readonly effects: number;
  /** How long a poll waits for records, in milliseconds. */
  readonly poll_ms: number;
}

/** How often gauges are set: often enough for any scraper, not with every batch. */
const REPORT_EVERY_MS = 500;

/** The limits of a stage that says nothing else. */
export const DEFAULT_LIMITS: StageLimits = { batch_records: 1_000, batch_keys: 500, effects: 512, poll_ms: 200 };

const MAX_CONFLICTS = 200;
const CONFLICT_PAUSE_MS = 50;

/** Everything a stage runs on. */
export interface StageParts {
  readonly topology: Topology;
  readonly runner: Runner;
  /** Topic of hand-overs, for a stage that merges keys. */
  readonly handover_topic: string | null;
  readonly consumer: LogConsumer;
  readonly producer: LogProducer;
  readonly store: StageStore;
  readonly codec: RecordCodec;
  readonly clock: Clock;
  readonly metrics: StageMetrics;
  readonly logger: Logger;
  readonly limits: StageLimits;
  /** Partition count of all topics. */
  readonly partitions: number;
  /** Version of the running code, for dead letters. */
  readonly build: string;
  readonly effector: Effector | null;
  readonly tracer: Tracer | null;
}

/**
 * One instance of a stage (design §4): reads a micro-batch across all partitions it owns, folds the pure logic, commits
 * state, positions and outputs in one transaction, then sends the outputs. One batch at a time.
 */
export class StageRuntime {
  readonly #parts: StageParts;
  readonly #ownership: Ownership;
  readonly #waker: KeyWaker;
  readonly #hold: Hold;
  #reported_ms = 0;
  #stopping = false;

  constructor(parts: StageParts) {
    this.#parts = parts;
    this.#ownership = new Ownership(parts);
    this.#waker = new KeyWaker(parts);
    this.#hold = new Hold({ ...parts, stage: parts.topology.stage }, () => this.#stopping);
  }

  /** True once every assigned partition is owned and read. */
  get ready(): boolean {
    return this.#ownership.settled;
  }

  /** Partitions that are owned now. */
  get owned(): ReadonlySet<number> {
    return new Set(this.#ownership.owned.keys());
  }

  /** Connects; no batch runs before `step` or `run`. */
  async start(): Promise<void> {
    const { store, codec, topology, producer, consumer } = this.#parts;
    await this.#hold.until('start', () => store.start());
    await this.#hold.until('start', () => codec.prepare(topology.sinks));
    await this.#hold.until('start', () => producer.start());
    await this.#hold.until('start', () => consumer.start());
  }

  /** Runs batches until `stop`. Rejects on a bug: what was not committed is done again by the next process. */
  async run(): Promise<void> {
    while (!this.#stopping) await this.step();
  }

  /** Asks `run` to end after the batch under way. */
  stop(): void {
    this.#stopping = true;
    this.#parts.consumer.wakeUp();
  }

  /** Deletes what was acknowledged, lets go of the leases and disconnects. */
  async close(): Promise<void> {
    const { consumer, producer, store } = this.#parts;
    const owned = [...this.#ownership.owned.values()];
    try {
      const leftover = owned.filter((partition) => partition.acknowledged.length > 0);
      if (leftover.length > 0)
        await store.commit(
          leftover.map((partition) => this.#bareCommit(partition)),
          [],
        );
      await store.release(owned.map((partition) => partition.partition));
    } catch (error) {
      // The successor sends these outputs again and waits for the lease: both are harmless.
      this.#parts.logger.warn({ err: error }, 'the stage could not tidy up');
    }
    await consumer.close();
    await producer.close();
    await store.close();
  }

  /** One turn: a poll and, where there is anything to do, one batch. */
  async step(wait_ms: number = this.#parts.limits.poll_ms): Promise<void> {
    const { consumer, limits } = this.#parts;
    const room = this.#hasRoom();
    this.#consumed_ms.clear();
    for (const partition of this.#ownership.owned.keys()) {
      this.#consumed_ms.set(partition, consumer.caughtUpTo(partition));
    }
    const patience = room ? this.#waker.patience(this.#flowing(), wait_ms) : wait_ms;
    const polled = await consumer.poll(room ? limits.batch_records : 0, this.#waker.effects.hasResults ? 0 : patience);
    if (polled.assignment !== undefined) await this.#assign(polled.assignment);
    await this.#hold.until('acquire', () => this.#acquire());
    const owned = this.#ownership.owned;
    const taken = polled.records.filter((record) => owned.get(record.partition)?.held === null);
    const records = inTimeOrder(taken, topicsRead(this.#parts.topology));
    await this.#process(records, await this.#internalInputs());
    this.#report();
  }

  async #assign(partitions: readonly number[]): Promise<void> {
    const lost = this.#ownership.assign(partitions);
    for (const partition of lost) this.#forget(partition);
    await this.#hold.until('release', () => this.#ownership.release(lost));
  }

  /** A fault may end it anywhere: the next call goes on with what is owned and not read yet. */
  async #acquire(): Promise<void> {
    const { consumer } = this.#parts;
    await this.#ownership.acquireMissing();
    if (this.#ownership.unopened().length === 0) return;
    await this.#send();
    const unopened = this.#ownership.unopened();
    const acquired = unopened.map(({ partition }) => partition);
    await this.#waker.schedule.load(acquired);
    for (const owned of unopened) {
      await consumer.open(owned.partition, owned.checkpoint.offsets);
      owned.open = true;
    }
    this.#parts.logger.info({ stage: this.#parts.topology.stage, partitions: acquired }, 'partitions acquired');
  }

  #forget(partition: number): void {
    const { metrics, runner, topology } = this.#parts;
    metrics.letGo(partition, topicsRead(topology));
    runner.forget(partition);
    this.#waker.forget(partition);
  }

  #lose(partitions: readonly number[], again_after_ms?: number): void {
    for (const partition of partitions) {
      this.#parts.logger.warn({ stage: this.#parts.topology.stage, partition }, 'partition let go');
      this.#ownership.lose(partition, again_after_ms);
      this.#forget(partition);
    }
  }

  /** While too many effects are under way nothing is read and no key is woken: either may ask for more. */
  #hasRoom(): boolean {
    return this.#waker.effects.underWay < this.#parts.limits.effects;
  }

  /** A partition that is held wakes no keys: what it has not taken might have kept them from it. */
  #flowing(): OwnedPartition[] {
    return [...this.#ownership.owned.values()].filter((partition) => partition.held === null);
  }

  /** Wake-ups, results of effects and sweeps: inputs that no topic brings. */
  async #internalInputs(): Promise<BatchInput[]> {
    const { clock, limits, metrics, store } = this.#parts;
    const owned = this.#ownership.owned;
    const inputs: BatchInput[] = this.#waker.effects.takeResults().filter((input) => owned.has(input.partition));
    const now_ms = clock.now_ms();
    const wakes = this.#hasRoom() ? await this.#hold.until('due', () => this.#waker.take(this.#flowing(), now_ms)) : [];
    for (const wake of wakes) {
      metrics.timerLag((now_ms - wake.due_ms) / 1_000);
      inputs.push(wake);
    }
    for (const { partition, checkpoint } of owned.values()) {
      const after = checkpoint.sweep_after;
      if (after === null) continue;
      const keys = await this.#hold.until('sweep', () => store.keysAfter(partition, after, limits.batch_keys));
      for (const key of keys) inputs.push({ kind: 'sweep', partition, key });
      this.#swept.set(partition, keys.length < limits.batch_keys ? null : (keys.at(-1) ?? null));
    }
    return inputs;
  }

  /** Up to when each partition was consumed before the batch under way. */
  readonly #consumed_ms = new Map<number, number>();

  /** Where the sweeps of the batch under way leave off, by partition. */
  readonly #swept = new Map<number, string | null>();

  /** Does the batch, however often it takes; partitions that turn out to have a new owner leave it. */
  async #process(polled: readonly RawRecord[], internal: readonly BatchInput[]): Promise<void> {
    let records = polled;
    let inputs = internal;
    let conflicts = 0;
    while (records.length > 0 || inputs.length > 0 || this.#swept.size > 0) {
      const result = await this.#hold.until('batch', () => this.#attempt(records, inputs));
      if (result.kind === 'committed') break;
      if (result.kind === 'conflict') {
        conflicts += 1;
        await this.#afterConflict(conflicts);
      } else {
        this.#lose(result.lost);
        this.#lose(result.outdated, 0);
        for (const partition of [...result.lost, ...result.outdated]) this.#swept.delete(partition);
        const owned = this.#ownership.owned;
        records = records.filter((record) => owned.has(record.partition));
        inputs = inputs.filter((input) => owned.has(input.partition));
      }
    }
    this.#swept.clear();
    await this.#hold.until('send', () => this.#send());
  }

  /** Another instance was faster. One that never gets through is no conflict but a bug of the stage's statements. */
  async #afterConflict(conflicts: number): Promise<void> {
    const { metrics, clock, topology } = this.#parts;
    metrics.retry('conflict');
    if (conflicts >= MAX_CONFLICTS) throw new Error(`a batch of ${topology.stage} met ${conflicts} conflicts in a row`);
    if (conflicts > 1) await clock.sleep(Math.min(conflicts, CONFLICT_PAUSE_MS));
  }

  async #attempt(records: readonly RawRecord[], internal: readonly BatchInput[]): Promise<CommitResult> {
    const { codec, clock, metrics, runner, store, handover_topic, tracer, topology } = this.#parts;
    const begun = performance.now();
    const before = new Map<number, Checkpoint>();
    for (const owned of this.#ownership.owned.values()) before.set(owned.partition, owned.checkpoint);
    const admitted = admitRecords(records, before, rulesOf(topology));
    const slots: Slot[] = await decodeRecords(admitted.taken, codec, topology, handover_topic);
    for (const input of internal) slots.push({ raw: null, input });
    const decoded = performance.now();
    const at = { now_ms: clock.now_ms(), consumedTo: (input: BatchInput) => this.#consumedTo(input) };
    const inputs = slots.flatMap((slot) => (slot.input.kind === 'poison' ? [] : [slot.input]));
    const folded = await runner.fold(inputs, at, store);
    const trace = tracer === null ? null : new BatchTrace(tracer, topology.stage, slots, at.now_ms);
    const draft = draftBatch(slots, folded, before, at.now_ms, this.#parts, trace);
    const commits = this.#commits(before, admitted.checkpoints, folded, draft);
    const sealed = performance.now();
    const result = await store.commit(
      commits.map(({ commit }) => commit),
      folded.writes,
    );
    const committed = performance.now();
    if (result.kind !== 'committed') return result;
    this.#committed(commits, folded, at.now_ms, trace);
    trace?.end();
    for (const [partition, where] of admitted.gaps) this.#holdPartition(partition, where);
    metrics.step('decode', (decoded - begun) / 1_000);
    metrics.step('fold', (sealed - decoded) / 1_000);
    metrics.step('commit', (committed - sealed) / 1_000);
    metrics.batch(inputs.length);
    countRepeats(metrics, admitted);
    countRecords(metrics, admitted.taken, draft.deadLetters);
    countOutputs(metrics, commits);
    for (const [reason, count] of dropsOf(folded)) metrics.drops(reason, count);
    tellEventTimes(metrics, inputs, topology, clock.now_ms());
    return result;
  }

  /** Wake-ups and the like come after all records of a batch; a record may come before others of its batch. */
  #consumedTo(input: BatchInput): number {
    const isRecord = input.kind === 'record' || input.kind === 'state' || input.kind === 'forwarded';
    if (!isRecord) return this.#parts.consumer.caughtUpTo(input.partition);
    return this.#consumed_ms.get(input.partition) ?? -Infinity;
  }

  #commits(
    before: ReadonlyMap<number, Checkpoint>,
    moved: ReadonlyMap<number, Checkpoint>,
    folded: Folded,
    draft: OutputDraft,
  ): { owned: OwnedPartition; commit: PartitionCommit; records: readonly OutRecord[] }[] {
    const touched = new Set<number>([...moved.keys(), ...this.#swept.keys(), ...folded.sweeps]);
    for (const { partition } of folded.decided) touched.add(partition);
    return [...touched]
      .sort((a, b) => a - b)
      .map((partition) => {
        const owned = this.#ownership.owned.get(partition);
        const base = moved.get(partition) ?? before.get(partition);
        if (owned === undefined || base === undefined) throw new Error('a partition of the batch is not owned');
        const sweep_after = this.#swept.has(partition) ? (this.#swept.get(partition) ?? null) : base.sweep_after;
        const swept = { ...base, sweep_after: folded.sweeps.includes(partition) ? '' : sweep_after };
        const { checkpoint, rows, records } = draft.finish(partition, swept);
        const commit = {
          partition,
          epoch: owned.epoch,
          checkpoint,
          outbox: rows,
          acknowledged: [...owned.acknowledged],
        };
        return { owned, commit, records };
      });
  }

  #bareCommit(owned: OwnedPartition): PartitionCommit {
    const { partition, epoch, checkpoint, acknowledged } = owned;
    return { partition, epoch, checkpoint, outbox: [], acknowledged };
  }

  #committed(
    commits: readonly { owned: OwnedPartition; commit: PartitionCommit; records: readonly OutRecord[] }[],
    folded: Folded,
    decided_at_ms: number,
    trace: BatchTrace | null,
  ): void {
    // Counted from before the commit: its answer may have come late, and the store's lease runs from the commit.
    const lease_until_ms = decided_at_ms + LEASE_MS / 2;
    for (const { owned, commit, records } of commits) {
      owned.checkpoint = { ...commit.checkpoint, revision: commit.checkpoint.revision + 1 };
      owned.acknowledged = [];
      owned.lease_until_ms = lease_until_ms;
      if (commit.outbox.length > 0) owned.unsent.push({ ids: commit.outbox.map((row) => row.id), records });
      this.#parts.consumer.commit(owned.partition, owned.checkpoint.offsets);
    }
    folded.committed();
    this.#waker.committed(folded, (cause) => trace?.of(cause));
  }

  async #send(): Promise<void> {
    if (![...this.#ownership.owned.values()].some(({ unsent }) => unsent.length > 0)) return;
    const begun = performance.now();
    this.#lose(await this.#ownership.sendUnsent());
    this.#parts.metrics.step('produce', (performance.now() - begun) / 1_000);
  }

  #holdPartition(partition: number, where: string): void {
    const owned = this.#ownership.owned.get(partition);
    if (owned === undefined) return;
    owned.held = where;
    this.#parts.metrics.gap(partition);
    this.#parts.logger.error({ stage: this.#parts.topology.stage, partition, where }, 'a record is missing: held');
  }

  #report(): void {
    const { consumer, clock, metrics, runner } = this.#parts;
    const now_ms = clock.now_ms();
    if (now_ms - this.#reported_ms < REPORT_EVERY_MS) return;
    this.#reported_ms = now_ms;
    const { keys, oldest_ms } = runner.waiting(now_ms);
    metrics.waiting(keys, oldest_ms / 1_000);
    const { due_ms, overdue_ms } = this.#waker.schedule.lateness(this.#flowing(), consumer, now_ms);
    metrics.wakes(due_ms / 1_000, overdue_ms / 1_000);
  }
}
