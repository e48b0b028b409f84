import type { StageProgress } from '@hilo/schemas';
import type { FormerPartition, Moment } from '../fold/moment.ts';
import type { Folded } from '../fold/runner.ts';
import { stagesFollowed, type Topology } from '../language/topology.ts';
import type { Checkpoint, HandoverHold } from '../ports/checkpoint.ts';
import type { Clock } from '../ports/clock.ts';
import type { LogConsumer, ProgressLog } from '../ports/log.ts';
import { holdsAfter, type StandingPartition, standingHolds } from './handover-holds.ts';
import { PartitionClock, type TimeLimits } from './partition-clock.ts';
import { PartitionTime, timeOfKey } from './partition-time.ts';
import { ProgressBoard } from './progress-board.ts';
import { progressRecord } from './progress-record.ts';
import { type Origins, type OriginStanding, releaseOf, ReleasedOrigins } from './released-origins.ts';

/** The fields of an owned partition that its time depends on. */
export interface TimedPartition extends StandingPartition {
  readonly epoch: number;
  /** Where the partition is held; null if it is not. The records that it has not read might change a decision. */
  readonly held: string | null;
  /** Committed outputs that the log has not acknowledged. */
  readonly unsent: readonly unknown[];
  /** True once it is read. */
  readonly open: boolean;
}

type OwnedPartitions = ReadonlyMap<number, StandingPartition>;

/** The shortest wait of a poll that ends to publish progress, in milliseconds: the last progress may still be in flight. */
const SHORTEST_WAIT_MS = 10;

/** What `StageTime` works with. */
export interface StageTimeDependencies {
  readonly topology: Topology;
  readonly partitions: number;
  readonly handoverTopic: string | null;
  readonly consumer: Pick<LogConsumer, 'caughtUpTo'>;
  readonly progress: ProgressLog;
  readonly clock: Clock;
  readonly limits: TimeLimits;
}

/**
 * The time of a stage's partitions: the moment for which each one decides, which is not the wall clock. Everything received
 * before that moment is folded, so no later record can change a decision for it (ADR 28).
 *
 * It publishes how far each partition is, for later stages, and reads how far the partitions of earlier stages are.
 *
 * It leaves released origins out until they move. A decision for a later moment than all origins allow is unproven until they
 * have come as far (ADR 37).
 */
export class StageTime implements Origins {
  readonly #dependencies: StageTimeDependencies;
  readonly #board = new ProgressBoard();
  readonly #released = new ReleasedOrigins(this.#board);
  readonly #followed: ReadonlySet<string>;
  readonly #clocks = new Map<number, PartitionClock>();
  #publishedMs = -Infinity;
  readonly #madeMs: number;

  constructor(dependencies: StageTimeDependencies) {
    this.#dependencies = dependencies;
    this.#madeMs = dependencies.clock.monotonicMs();
    this.#followed = stagesFollowed(dependencies.topology);
  }

  /** Starts the clock of a partition. A partition that is opened again continues from where it was. */
  open({ partition, checkpoint }: TimedPartition): void {
    const time = this.#timeOf(partition, checkpoint, null);
    const clock = this.#clocks.get(partition) ?? new PartitionClock(this.#dependencies, time);
    clock.time = time;
    if (this.#leavesOut) clock.without = this.#timeOf(partition, checkpoint, this.#released);
    // Its first batch may come before any progress of others.
    if (clock.unprovenTo(checkpoint) > 0) clock.isUnproven = true;
    // No decision yet, or only by a release that decided by the wall clock.
    if (checkpoint.momentMs === 0) clock.begun_ms = this.#dependencies.clock.nowMs();
    this.#clocks.set(partition, clock);
  }

  forget(partition: number): void {
    this.#clocks.delete(partition);
  }

  /** Reads the progress of others, and computes how far each partition is. Call it between two batches. */
  refresh(owned: Iterable<TimedPartition>): void {
    const all = [...owned];
    const nowMs = this.#dependencies.clock.monotonicMs();
    let isChanged = false;
    for (const read of this.#dependencies.progress.take()) {
      if (!this.#followed.has(read.released?.stage ?? read.stage)) continue;
      if (read.released !== null) {
        if (this.#released.take(read.released)) isChanged = true;
        continue;
      }
      const record = this.#board.take(read, nowMs);
      if (record === null) continue;
      if (this.#released.moved(record.stage, record.partition)) isChanged = true;
      for (const { partition, checkpoint } of all) {
        const clock = this.#clocks.get(partition);
        clock?.time.take(record, checkpoint.received);
        clock?.without?.take(record, checkpoint.received);
      }
    }
    if (isChanged) this.#leaveOut(all);
    for (const one of all) if (one.open) this.#clocks.get(one.partition)?.settle(one);
  }

  originOf(stage: string, partition: number): OriginStanding {
    const readToMs = this.#board.of(stage, partition)?.read_to ?? null;
    const movedMs = this.#board.movedAt(stage, partition) ?? this.#madeMs;
    const standsMs = this.#dependencies.clock.monotonicMs() - movedMs;
    return { stage, partition, readToMs, standsMs, isReleased: this.#released.has(stage, partition) };
  }

  async release(stage: string, partition: number): Promise<void> {
    await this.#dependencies.progress.release(releaseOf(stage, partition, this.#board.of(stage, partition)));
  }

  /** The moment for which the partition decides. It never goes back. */
  momentOf({ partition, checkpoint }: StandingPartition): number {
    if (this.#dependencies.topology.time?.kind === 'wall') return this.#dependencies.clock.nowMs();
    const clock = this.#clocks.get(partition);
    return clock === undefined ? checkpoint.momentMs : Math.max(checkpoint.momentMs, clock.begun_ms, clock.readToMs);
  }

  /** The moment for which a key decides. `came_from`: the partitions of the keys that it absorbed. */
  #momentOfKey(one: StandingPartition, came_from: readonly FormerPartition[]): number {
    const momentMs = this.momentOf(one);
    if (came_from.length === 0) return momentMs;
    const clock = this.#clocks.get(one.partition);
    const time = clock?.without ?? clock?.time;
    const { received } = one.checkpoint;
    return timeOfKey(momentMs, came_from, (partition) => time?.settledTo(partition, received) ?? -Infinity);
  }

  /** Returns the moment for which a key decides; minus infinity if its partition is not owned. */
  momentsOf(owned: OwnedPartitions): (partition: number, came_from?: readonly FormerPartition[]) => number {
    return (partition, came_from = []) => {
      const one = owned.get(partition);
      return one === undefined ? -Infinity : this.#momentOfKey(one, came_from);
    };
  }

  /** Whether a decision for this moment leaves out records that a released origin may still send. */
  isUnproven(
    { partition, checkpoint }: StandingPartition,
    came_from: readonly FormerPartition[],
    momentMs: number,
  ): boolean {
    const clock = this.#clocks.get(partition);
    if (clock === undefined || (!this.#released.any && !clock.isUnproven)) return false;
    if (clock.isUnproven && clock.provenToMs < momentMs) return true;
    // An absorbed key may have decided for a later moment than this partition's.
    const settledTo = (other: number) => clock.time.settledTo(other, checkpoint.received);
    return came_from.some((one) => one.until_ms > settledTo(one.partition));
  }

  /** How far each origin is behind the wall clock, in seconds. An origin that never published is left out. */
  behind(nowMs: number): ReadonlyMap<string, number> {
    const behind = new Map<string, number>();
    for (const { time } of this.#clocks.values()) {
      for (const [origin, timeMs] of time.origins()) {
        if (Number.isFinite(timeMs)) behind.set(origin, Math.max(behind.get(origin) ?? 0, (nowMs - timeMs) / 1_000));
      }
    }
    return behind;
  }

  /** The moment of a batch, for its fold. */
  at(nowMs: number, owned: OwnedPartitions, positionsAt: Moment['positionsAt']): Moment {
    return {
      nowMs,
      momentOf: this.momentsOf(owned),
      isUnproven: (partition, came_from, momentMs) => {
        const one = owned.get(partition);
        return one !== undefined && this.isUnproven(one, came_from, momentMs);
      },
      provenTo: (partition) => this.#clocks.get(partition)?.provenToMs ?? -Infinity,
      positionsAt,
    };
  }

  /** True if it is time to publish progress. */
  get publishes(): boolean {
    const { topology, progress, limits, clock } = this.#dependencies;
    if (topology.time?.kind === 'wall' || progress.isBusy) return false;
    return clock.monotonicMs() - this.#publishedMs >= limits.publishMs;
  }

  /** How long a poll may wait before it is time to publish progress. */
  patience(mostMs: number): number {
    const { topology, limits, clock } = this.#dependencies;
    if (topology.time?.kind === 'wall') return mostMs;
    const left_ms = this.#publishedMs + limits.publishMs - clock.monotonicMs();
    return Math.min(mostMs, Math.max(left_ms, SHORTEST_WAIT_MS));
  }

  /**
   * Publishes the progress of the partitions whose outputs are all sent. `notices`: the last sequences that every partition of the
   * stage had published in its topics of notices, looked up after the last commit.
   */
  publish(owned: Iterable<TimedPartition>, notices: StageProgress['notices']): void {
    const records: StageProgress[] = [];
    this.#publishedMs = this.#dependencies.clock.monotonicMs();
    for (const one of owned) {
      const clock = this.#clocks.get(one.partition);
      if (clock === undefined || !one.open || one.unsent.length > 0) continue;
      const provenMs = Math.floor(clock.provenNow(one));
      const read_to = Math.max(provenMs, Math.floor(clock.readNow(one)));
      if (!Number.isFinite(read_to)) continue;
      const reached = { read_to, provenMs, holds: this.standing(one) };
      records.push({ ...progressRecord(one, reached, this.#dependencies, this.#released), notices });
    }
    if (records.length > 0) this.#dependencies.progress.publish(records);
  }

  /** Adds to the checkpoint after a batch its moment and the handovers in flight. */
  after(checkpoint: Checkpoint, owned: TimedPartition, { decided }: Pick<Folded, 'decided'>): Checkpoint {
    if (this.#dependencies.topology.time?.kind === 'wall') return checkpoint;
    const { partition, checkpoint: before } = owned;
    const momentMs = Math.max(before.momentMs, Math.floor(this.momentOf(owned)));
    const unproven_to_ms = this.#clocks.get(partition)?.unprovenTo(before) ?? before.unproven_to_ms;
    const holds = holdsAfter({ partition, checkpoint }, before, decided, this.#dependencies, this.#board);
    return { ...checkpoint, momentMs, unproven_to_ms, holds };
  }

  /** The handovers of a partition that no partition is known to have taken. */
  standing(one: StandingPartition): readonly HandoverHold[] {
    return standingHolds(one, this.#dependencies.topology.stage, this.#board);
  }

  #timeOf(partition: number, { received }: Checkpoint, released: ReleasedOrigins | null): PartitionTime {
    const { topology, partitions } = this.#dependencies;
    const { stage } = topology;
    const upstream = topology.time?.kind === 'upstream' ? topology.time.upstream : [];
    const time = new PartitionTime({ partition, partitions, stage, upstream, board: this.#board, released });
    for (const record of this.#board.all()) time.take(record, received);
    return time;
  }

  /** True while an origin is released. The first stage takes its time from its own logs and leaves no origin out. */
  get #leavesOut(): boolean {
    return this.#released.any && this.#dependencies.topology.time?.kind === 'upstream';
  }

  /** The set of released origins has changed. */
  #leaveOut(owned: readonly TimedPartition[]): void {
    for (const clock of this.#clocks.values()) clock.without = null;
    if (!this.#leavesOut) return;
    for (const { partition, checkpoint } of owned) {
      const clock = this.#clocks.get(partition);
      if (clock !== undefined) clock.without = this.#timeOf(partition, checkpoint, this.#released);
    }
  }
}
