import { type Batch, BatchDivision } from '../commit/batch-division.ts';
import { KeyWaker, type MomentOfKey } from '../effects/key-waker.ts';
import { nameOfBug } from '../fold/bug.ts';
import { topicsRead } from '../language/topology.ts';
import { LeaveTaking } from '../partitions/leave-taking.ts';
import type { OwnedPartition } from '../partitions/owned-partition.ts';
import { PartitionLife } from '../partitions/partition-life.ts';
import { PartitionRuntime } from '../partitions/partition-runtime.ts';
import type { PartitionProgress } from '../partitions/progress-watch.ts';
import type { BatchInput } from '../read/batch-input.ts';
import { inTimeOrder } from '../read/intake.ts';
import { lookUpNotices } from '../time/given-notices.ts';
import { StageTime } from '../time/stage-time.ts';
import { BatchSteps } from './batch-steps.ts';
import { StageGauges } from './stage-gauges.ts';
import type { StageDependencies } from './stage-dependencies.ts';
import { Sweeps } from './sweeps.ts';

const NOTHING_IN_HAND: ReadonlySet<number> = new Set();

/**
 * One instance of a stage (design §4): reads a micro-batch across all partitions it owns, folds the pure logic, commits
 * state, positions and outputs in one transaction, then sends the outputs. One batch at a time.
 */
export class StageRuntime extends PartitionRuntime {
  readonly #dependencies: StageDependencies;
  protected override readonly life: PartitionLife;
  readonly #waker: KeyWaker;
  readonly #time: StageTime;
  readonly #momentOf: MomentOfKey;
  readonly #sweeps: Sweeps;
  readonly #division: BatchDivision;
  readonly #leaving: LeaveTaking;
  readonly #gauges: StageGauges;
  /** Partitions whose records are being processed. */
  #inHand: ReadonlySet<number> = NOTHING_IN_HAND;

  constructor(dependencies: StageDependencies) {
    super();
    this.#dependencies = dependencies;
    this.#waker = new KeyWaker(dependencies);
    this.#time = new StageTime(dependencies);
    this.#gauges = new StageGauges(dependencies, this.#waker, this.#time);
    const life = new PartitionLife(dependencies, {
      assign: (partitions) => this.#leaving.assign(partitions),
      prepare: (taken) => this.#prepare(taken.map(({ partition }) => partition)),
      opened: (owned) => this.#time.open(owned),
      forget: (partition) => this.#forget(partition),
    });
    this.life = life;
    this.#momentOf = this.#time.momentsOf(life.owned);
    this.#sweeps = new Sweeps(dependencies, life.hold);
    this.#leaving = new LeaveTaking(dependencies.clock, {
      life,
      effects: this.#waker.effects,
      takeResults: async () => {
        await this.#foldAndCommit({ records: [], inputs: this.#takeResults(), isLast: true });
        await this.#send();
      },
    });
    const steps = new BatchSteps(dependencies, { life, time: this.#time, waker: this.#waker, sweeps: this.#sweeps });
    this.#division = new BatchDivision(dependencies, {
      attempt: (batch) => life.hold.until('batch', () => steps.attempt(batch)),
      owned: life.owned,
      swept: this.#sweeps.reached,
      lose: (partitions, againAfterMs) => life.lose(partitions, againAfterMs),
      holdAt: (unreadable) => life.holdAtUnreadable(unreadable),
    });
  }

  /** The origins from which the stage takes its time. */
  get origins(): Pick<StageTime, 'originOf' | 'release'> {
    return this.#time;
  }

  /** How far each assigned partition is. */
  override progress(): readonly PartitionProgress[] {
    return this.life.ownership.progress(this.#inHand);
  }

  /** Other stages have published progress: ends the current poll if a key waits for that. */
  override heard(): void {
    if (this.#waker.waitsForTime) this.#dependencies.consumer.wakeUp();
  }

  /** Connects; no batch runs before `step` or `run`. */
  override async start(): Promise<void> {
    const { store, codec, topology, producer, progress, consumer } = this.#dependencies;
    const { hold } = this.life;
    await hold.until('start', () => store.start());
    await hold.until('start', () => codec.prepare(topology.sinks));
    await hold.until('start', () => producer.start());
    await hold.until('start', () => progress.start());
    await hold.until('start', () => consumer.start());
  }

  /**
   * Waits for the effects in flight, up to `LEAVE_MS`, and commits their results, so that the next owner does not repeat them. Then
   * it deletes the acknowledged outbox rows, releases the leases and disconnects.
   */
  override async close(): Promise<void> {
    try {
      await this.#leaving.endEffects();
    } catch (error) {
      this.#dependencies.logger.warn(
        { reason: nameOfBug(error) },
        'the stage could not wait for its effects in flight',
      );
    }
    await this.life.close();
    await this.#dependencies.progress.close();
  }

  /** One turn: reads a batch, folds and commits it, and sends its outputs. Between two batches the stage reports how far it is. */
  override async step(waitMs: number = this.#dependencies.limits.pollMs): Promise<void> {
    const batch = await this.#read(waitMs);
    await this.#foldAndCommit(batch);
    await this.#send();
    this.#inHand = NOTHING_IN_HAND;
    await this.#leaving.letGo();
    await this.#publishTime();
    this.#gauges.report(() => this.#flowing(), this.#momentOf);
  }

  /** Polls, takes over and opens assigned partitions, and gathers the batch. */
  async #read(waitMs: number): Promise<Batch> {
    const life = this.life;
    await life.confirm();
    const room = this.#hasRoom();
    // Before the poll, because the records that it brings are not folded yet.
    this.#time.refresh(life.owned.values());
    const mostMs = this.#time.patience(life.ownership.patience(waitMs));
    const patience = room ? this.#waker.patience(this.#flowing(), this.#momentOf, mostMs) : mostMs;
    const polled = await this.#dependencies.consumer.poll(
      room ? this.#division.mostRecords : 0,
      this.#waker.effects.hasResults ? 0 : patience,
    );
    await life.follow(polled);
    const taken = polled.records.filter((record) => life.owned.get(record.partition)?.held === null);
    const records = inTimeOrder(taken, topicsRead(this.#dependencies.topology));
    this.#inHand = new Set(records.map(({ partition }) => partition));
    return { records, inputs: await this.#ownInputs(), isLast: true };
  }

  /** The inputs that come from no topic: results of effects, wake-ups and sweeps. */
  async #ownInputs(): Promise<BatchInput[]> {
    const { clock, metrics } = this.#dependencies;
    const inputs = this.#takeResults();
    const nowMs = clock.nowMs();
    const wakes = this.#hasRoom()
      ? await this.life.hold.until('due', () => this.#waker.take(this.#flowing(), this.#momentOf, nowMs))
      : [];
    for (const wake of wakes) {
      metrics.timerLag((nowMs - wake.due_ms) / 1_000);
      inputs.push(wake);
    }
    inputs.push(...(await this.#sweeps.next(this.life.owned.values())));
    return inputs;
  }

  /** Folds and commits a batch, whole or in parts. After each commit it passes the offsets on to Kafka. */
  async #foldAndCommit(batch: Batch): Promise<void> {
    await this.#division.commit(batch);
    this.#sweeps.reached.clear();
  }

  async #send(): Promise<void> {
    await this.life.hold.until('send', () => this.life.send());
  }

  /** Publishes how far the partitions are, if it is time to. */
  async #publishTime(): Promise<void> {
    if (!this.#time.publishes) return;
    const notices = await lookUpNotices(this.#dependencies, this.life.ownership, this.life.hold);
    this.#time.publish(this.life.owned.values(), notices);
  }

  async #prepare(partitions: readonly number[]): Promise<void> {
    const { clock, runner, store } = this.#dependencies;
    await this.#waker.schedule.load(partitions);
    await runner.open(partitions, clock.nowMs(), store);
  }

  #forget(partition: number): void {
    this.#dependencies.runner.forget(partition);
    this.#waker.forget(partition);
    this.#time.forget(partition);
  }

  /** While too many effects are in flight, the stage reads nothing and wakes no key, since either may ask for more. */
  #hasRoom(): boolean {
    return this.#waker.effects.underWay < this.#dependencies.limits.effects;
  }

  /** The partitions that wake their keys. A held one does not: a record that it has not read might cancel the wake-up. */
  #flowing(): OwnedPartition[] {
    return [...this.life.owned.values()].filter(({ held, isLeaving }) => held === null && !isLeaving);
  }

  #takeResults(): BatchInput[] {
    return this.#waker.effects.takeResults().filter((input) => this.life.owned.has(input.partition));
  }
}
