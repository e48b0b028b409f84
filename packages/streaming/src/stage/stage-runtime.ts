import { BatchDivision, type BatchPart, type Attempted } from '../commit/batch-division.ts';
import { nameOfBug } from '../fold/bug.ts';
import type { Checkpoint } from '../ports/checkpoint.ts';
import { admitRecords, decodeRecords, firstUnreadable, inTimeOrder, rulesOf, type Unreadable } from '../read/intake.ts';
import { positionsIn } from '../read/fold-positions.ts';
import { lookUpNotices } from '../time/given-notices.ts';
import { KeyWaker, type MomentOfKey } from '../effects/key-waker.ts';
import { refuseTooLarge } from '../commit/batch-bytes.ts';
import { countOutputs, countRecords, countRepeats, tellEventTimes } from '../reporting/batch-metrics.ts';
import { draftBatch, dropsOf } from '../commit/draft-batch.ts';
import type { OutputDraft } from '../commit/outputs.ts';
import { LeaveTaking } from '../partitions/leave-taking.ts';
import { noteCommit, Ownership, type OwnedPartition } from '../partitions/ownership.ts';
import type { PartitionCommit } from '../ports/store.ts';
import type { OutRecord, RawRecord } from '../ports/log.ts';
import type { PartitionProgress } from '../partitions/progress-watch.ts';
import { Hold } from '../ports/retry.ts';
import type { Folded } from '../fold/runner.ts';
import type { BatchInput } from '../read/batch-input.ts';
import type { StageParts } from './stage-parts.ts';
import { StageTime } from '../time/stage-time.ts';
import { topicsRead } from '../language/topology.ts';
import { BatchTrace } from '../read/tracer.ts';

/** How often gauges are set: often enough for any scraper, not with every batch. */
const REPORT_EVERY_MS = 500;
const NOTHING_IN_HAND: ReadonlySet<number> = new Set();
const NOTHING_SWEPT: ReadonlyMap<number, string | null> = new Map();

/**
 * One instance of a stage (design §4): reads a micro-batch across all partitions it owns, folds the pure logic, commits
 * state, positions and outputs in one transaction, then sends the outputs. One batch at a time.
 */
export class StageRuntime {
  readonly #parts: StageParts;
  readonly #ownership: Ownership;
  readonly #waker: KeyWaker;
  readonly #time: StageTime;
  readonly #momentOf: MomentOfKey;
  readonly #hold: Hold;
  readonly #division: BatchDivision;
  readonly #leaving: LeaveTaking;
  /** Where the sweeps of the batch under way leave off, by partition. */
  readonly #swept = new Map<number, string | null>();
  #reported_ms = -Infinity;
  /** Partitions of which records are being processed. */
  #in_hand: ReadonlySet<number> = NOTHING_IN_HAND;
  #stopping = false;

  constructor(parts: StageParts) {
    this.#parts = parts;
    this.#ownership = new Ownership(parts);
    this.#waker = new KeyWaker(parts);
    this.#time = new StageTime(parts);
    this.#momentOf = this.#time.momentsOf(this.#ownership.owned);
    this.#hold = new Hold({ ...parts, stage: parts.topology.stage }, () => this.#stopping);
    this.#leaving = new LeaveTaking(parts, {
      ownership: this.#ownership,
      effects: this.#waker.effects,
      hold: this.#hold,
      release: (partitions) => this.#release(partitions),
      lose: (partitions) => this.#lose(partitions),
      takeResults: () => this.#process([], this.#takeResults()),
    });
    this.#division = new BatchDivision(parts, {
      attempt: (part) => this.#hold.until('batch', () => this.#attempt(part)),
      owned: this.#ownership.owned,
      swept: this.#swept,
      lose: (partitions, again_after_ms) => this.#lose(partitions, again_after_ms),
      holdAt: (unreadable) => this.#holdAtUnreadable(unreadable),
    });
  }

  /** True once every assigned partition is owned and read. */
  get ready(): boolean {
    return this.#ownership.settled;
  }

  /** Partitions that are owned now. */
  get owned(): ReadonlySet<number> {
    return new Set(this.#ownership.owned.keys());
  }

  /** The origins that its time comes from. */
  get origins(): Pick<StageTime, 'originOf' | 'release'> {
    return this.#time;
  }

  /** Where the partitions stand that are assigned now. */
  progress(): readonly PartitionProgress[] {
    return this.#ownership.progress(this.#in_hand);
  }

  /** Others have said how far they are: ends a poll where keys wait for that. */
  heard(): void {
    if (this.#waker.waitsForTime) this.#parts.consumer.wakeUp();
  }

  /** Connects; no batch runs before `step` or `run`. */
  async start(): Promise<void> {
    const { store, codec, topology, producer, progress, consumer } = this.#parts;
    await this.#hold.until('start', () => store.start());
    await this.#hold.until('start', () => codec.prepare(topology.sinks));
    await this.#hold.until('start', () => producer.start());
    await this.#hold.until('start', () => progress.start());
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

  /**
   * Waits a while for the effects under way and commits what they bring, so that the next owner does not ask for them again.
   * Deletes what was acknowledged, lets go of the leases and disconnects.
   */
  async close(): Promise<void> {
    const { consumer, producer, progress, store } = this.#parts;
    try {
      await this.#leaving.endEffects();
    } catch (error) {
      this.#parts.logger.warn({ reason: nameOfBug(error) }, 'the effects under way could not be waited for');
    }
    const owned = [...this.#ownership.owned.values()];
    try {
      await this.#leaving.deleteSent(owned);
      await store.release(owned.map((partition) => partition.partition));
    } catch (error) {
      // The successor sends these outputs again and waits for the lease: both are harmless.
      this.#parts.logger.warn({ err: error }, 'the stage could not tidy up');
    }
    await consumer.close();
    await progress.close();
    await producer.close();
    await store.close();
  }

  /** One turn: a poll and, where there is anything to do, one batch. */
  async step(wait_ms: number = this.#parts.limits.poll_ms): Promise<void> {
    const { consumer } = this.#parts;
    this.#lose(await this.#hold.until('acquire', () => this.#ownership.confirm()), 0);
    const room = this.#hasRoom();
    // Before anything is read: what the batch under way brings is not folded yet.
    this.#time.refresh(this.#ownership.owned.values());
    const most_ms = this.#time.patience(this.#ownership.patience(wait_ms));
    const patience = room ? this.#waker.patience(this.#flowing(), this.#momentOf, most_ms) : most_ms;
    const polled = await consumer.poll(
      room ? this.#division.most_records : 0,
      this.#waker.effects.hasResults ? 0 : patience,
    );
    if (polled.assignment !== undefined) await this.#release(this.#leaving.assign(polled.assignment));
    this.#ownership.readHeldAgain();
    for (const partition of this.#ownership.holdTruncated(polled)) this.#forget(partition);
    await this.#hold.until('acquire', () => this.#acquire());
    const owned = this.#ownership.owned;
    const taken = polled.records.filter((record) => owned.get(record.partition)?.held === null);
    const records = inTimeOrder(taken, topicsRead(this.#parts.topology));
    this.#in_hand = new Set(records.map(({ partition }) => partition));
    await this.#process(records, await this.#internalInputs());
    this.#in_hand = NOTHING_IN_HAND;
    await this.#leaving.letGo();
    if (this.#time.publishes) {
      const notices = await lookUpNotices(this.#parts, this.#ownership, this.#hold);
      this.#time.publish(this.#ownership.owned.values(), notices);
    }
    this.#report();
  }

  async #release(partitions: readonly number[]): Promise<void> {
    for (const partition of partitions) this.#forget(partition);
    await this.#hold.until('release', () => this.#ownership.release(partitions));
  }

  /** A fault may end it anywhere: the next call goes on with what is owned and not read yet. */
  async #acquire(): Promise<void> {
    const { clock, runner, store } = this.#parts;
    await this.#ownership.acquireMissing();
    if (this.#ownership.unopened().length === 0) return;
    await this.#send();
    const unopened = this.#ownership.unopened();
    const acquired = unopened.map(({ partition }) => partition);
    await this.#waker.schedule.load(acquired);
    await runner.open(acquired, clock.now_ms(), store);
    for (const owned of unopened)
      if (await this.#ownership.open(owned)) this.#time.open(owned);
      else this.#forget(owned.partition);
    const opened = acquired.filter((partition) => this.#ownership.owned.has(partition));
    this.#parts.logger.info({ stage: this.#parts.topology.stage, partitions: opened }, 'partitions acquired');
  }

  #forget(partition: number): void {
    const { metrics, runner, topology } = this.#parts;
    metrics.letGo(partition, topicsRead(topology));
    runner.forget(partition);
    this.#waker.forget(partition);
    this.#time.forget(partition);
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

  /** A partition that is held wakes no keys: what it has not taken might have kept them from it. Nor does one that leaves. */
  #flowing(): OwnedPartition[] {
    return [...this.#ownership.owned.values()].filter(({ held, is_leaving }) => held === null && !is_leaving);
  }

  #takeResults(): BatchInput[] {
    return this.#waker.effects.takeResults().filter((input) => this.#ownership.owned.has(input.partition));
  }

  /** Wake-ups, results of effects and sweeps: inputs that no topic brings. */
  async #internalInputs(): Promise<BatchInput[]> {
    const { clock, limits, metrics, store } = this.#parts;
    const owned = this.#ownership.owned;
    const inputs = this.#takeResults();
    const now_ms = clock.now_ms();
    const wakes = this.#hasRoom()
      ? await this.#hold.until('due', () => this.#waker.take(this.#flowing(), this.#momentOf, now_ms))
      : [];
    for (const wake of wakes) {
      metrics.timerLag((now_ms - wake.due_ms) / 1_000);
      inputs.push(wake);
    }
    for (const { partition, checkpoint, is_leaving } of owned.values()) {
      const after = checkpoint.sweep_after;
      if (after === null || is_leaving) continue;
      const keys = await this.#hold.until('sweep', () => store.keysAfter(partition, after, limits.batch_keys));
      for (const key of keys) inputs.push({ kind: 'sweep', partition, key });
      this.#swept.set(partition, keys.length < limits.batch_keys ? null : (keys.at(-1) ?? null));
    }
    return inputs;
  }

  /** Does the batch, however often it takes, then sends what it says. */
  async #process(records: readonly RawRecord[], inputs: readonly BatchInput[]): Promise<void> {
    await this.#division.commit(records, inputs);
    this.#swept.clear();
    await this.#hold.until('send', () => this.#send());
  }

  async #attempt({ records, inputs: internal, is_last, bug }: BatchPart): Promise<Attempted> {
    const { codec, clock, metrics, runner, store, handover_topic, tracer, topology } = this.#parts;
    const begun = performance.now();
    const begun_ms = clock.monotonic_ms();
    const before = new Map<number, Checkpoint>();
    for (const owned of this.#ownership.owned.values()) before.set(owned.partition, owned.checkpoint);
    const rules = rulesOf(topology);
    const admitted = admitRecords(records, before, rules);
    const slots = await decodeRecords(admitted.taken, codec, topology, handover_topic);
    const first = firstUnreadable(slots, before, rules);
    if (first.size > 0) return { kind: 'unreadable', first };
    for (const input of internal) slots.push({ raw: null, input });
    const decoded = performance.now();
    const at = this.#time.at(clock.now_ms(), this.#ownership.owned, positionsIn(slots, before));
    const inputs = slots.flatMap((slot) => (slot.input.kind === 'poison' ? [] : [slot.input]));
    const [only] = inputs;
    const isAside = bug !== undefined && only !== undefined;
    const folded = isAside ? await runner.setAside(only, bug, at, store) : await runner.fold(inputs, at, store);
    const trace = tracer === null ? null : new BatchTrace(tracer, topology.stage, slots, at.now_ms);
    const draft = draftBatch(slots, folded, before, at.now_ms, this.#parts, trace);
    const swept = is_last ? this.#swept : NOTHING_SWEPT;
    const commits = this.#commits(before, admitted.checkpoints, swept, folded, draft);
    refuseTooLarge(
      slots.length,
      commits.map(({ commit }) => commit.outbox),
      folded.writes,
    );
    const gone = await this.#ownership.confirm(0);
    if (gone.length > 0) return { kind: 'fenced', lost: [], outdated: gone };
    const sealed = performance.now();
    const result = await store.commit(
      commits.map(({ commit }) => commit),
      folded.writes,
    );
    const committed = performance.now();
    if (result.kind !== 'committed') return result;
    // A sweep that begins anew in one part of a batch is not ended by how far the one before came in the next.
    for (const partition of folded.sweeps) this.#swept.delete(partition);
    if (!isAside) this.#division.folded(folded);
    this.#committed(commits, folded, begun_ms, trace);
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

  #commits(
    before: ReadonlyMap<number, Checkpoint>,
    moved: ReadonlyMap<number, Checkpoint>,
    swept: ReadonlyMap<number, string | null>,
    folded: Folded,
    draft: OutputDraft,
  ): { owned: OwnedPartition; commit: PartitionCommit; records: readonly OutRecord[] }[] {
    const touched = new Set<number>([...moved.keys(), ...swept.keys(), ...folded.sweeps]);
    for (const { partition } of folded.decided) touched.add(partition);
    return [...touched]
      .sort((a, b) => a - b)
      .map((partition) => {
        const owned = this.#ownership.owned.get(partition);
        const base = moved.get(partition) ?? before.get(partition);
        if (owned === undefined || base === undefined) throw new Error('a partition of the batch is not owned');
        const sweep_after = swept.has(partition) ? (swept.get(partition) ?? null) : base.sweep_after;
        const after = { ...base, sweep_after: folded.sweeps.includes(partition) ? '' : sweep_after };
        const { checkpoint: numbered, rows, records } = draft.finish(partition, after);
        const checkpoint = this.#time.after(numbered, owned, folded);
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

  #committed(
    commits: readonly { owned: OwnedPartition; commit: PartitionCommit; records: readonly OutRecord[] }[],
    folded: Folded,
    begun_ms: number,
    trace: BatchTrace | null,
  ): void {
    for (const { owned, commit, records } of commits) {
      noteCommit(owned, commit.checkpoint, begun_ms);
      if (owned.held === null) this.#parts.metrics.unreadable(owned.partition, false);
      if (commit.outbox.length > 0) owned.unsent.push({ ids: commit.outbox.map((row) => row.id), records });
      this.#parts.consumer.commit(owned.partition, owned.checkpoint);
    }
    folded.committed();
    const stays = ({ partition }: { readonly partition: number }) =>
      this.#ownership.owned.get(partition)?.is_leaving === false;
    const all_stay = folded.effects.every(stays);
    const asked = all_stay ? folded : { ...folded, effects: folded.effects.filter(stays) };
    this.#waker.committed(asked, (cause) => trace?.of(cause));
  }

  async #send(): Promise<void> {
    if (![...this.#ownership.owned.values()].some(({ unsent }) => unsent.length > 0)) return;
    const begun = performance.now();
    this.#lose(await this.#ownership.sendUnsent());
    this.#parts.metrics.step('produce', (performance.now() - begun) / 1_000);
  }

  #holdAtUnreadable({ raw, reason }: Unreadable): void {
    const { logger, metrics, topology } = this.#parts;
    const owned = this.#ownership.owned.get(raw.partition);
    if (owned === undefined) return;
    const where = `${raw.topic} at offset ${raw.offset}`;
    this.#ownership.holdAtUnreadable(owned, where);
    metrics.unreadable(raw.partition, true);
    logger.warn({ stage: topology.stage, partition: raw.partition, where, reason }, 'a record cannot be decoded: held');
  }

  #holdPartition(partition: number, where: string): void {
    const owned = this.#ownership.owned.get(partition);
    if (owned === undefined) return;
    owned.held = where;
    this.#parts.metrics.gap(partition);
    this.#parts.logger.error({ stage: this.#parts.topology.stage, partition, where }, 'a record is missing: held');
  }

  #report(): void {
    const { clock, metrics, runner } = this.#parts;
    const passed_ms = clock.monotonic_ms();
    if (passed_ms - this.#reported_ms < REPORT_EVERY_MS) return;
    this.#reported_ms = passed_ms;
    const now_ms = clock.now_ms();
    const { keys, oldest_ms } = runner.waiting(now_ms);
    metrics.waiting(keys, oldest_ms / 1_000);
    metrics.held(runner.held());
    const { due_ms, overdue_ms } = this.#waker.schedule.lateness(this.#flowing(), this.#momentOf, now_ms);
    metrics.wakes(due_ms / 1_000, overdue_ms / 1_000);
    metrics.timeBehind(this.#time.behind(now_ms));
  }
}
