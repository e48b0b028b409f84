import type { Handover, StageProgress } from '@hilo/schemas';
import { type Checkpoint, type HandoverHold, withHold } from '../ports/checkpoint.ts';
import { PartitionTime, timeOfKey } from './partition-time.ts';
import type { FormerPartition, Moment } from '../fold/moment.ts';
import type { Clock } from '../ports/clock.ts';
import type { LogConsumer, ProgressLog } from '../ports/log.ts';
import { ProgressBoard } from './progress-board.ts';
import { type Origins, type OriginStanding, releaseOf, ReleasedOrigins } from './released-origins.ts';
import type { Folded } from '../fold/runner.ts';
import { sequencesOf } from './given-notices.ts';
import { originOf } from '../ports/sequence.ts';
import { stagesFollowed, type Topology } from '../language/topology.ts';

/** What the clock of a stage needs to know of a partition that is owned. */
export interface TimedPartition {
  readonly partition: number;
  readonly epoch: number;
  readonly checkpoint: Checkpoint;
  /** Set while the partition is held: what it does not take might change what time would do. */
  readonly held: string | null;
  /** Committed outputs that the log has not acknowledged. */
  readonly unsent: readonly unknown[];
  /** True once it is read. */
  readonly open: boolean;
}

type OwnedPartitions = ReadonlyMap<number, Pick<TimedPartition, 'partition' | 'checkpoint'>>;

/** How soon a poll ends to say how far the partitions are, at the soonest, in milliseconds: what was said before may be on its way. */
const SHORTEST_WAIT_MS = 10;

/** What a stage's time is made from. */
export interface StageTimeParts {
  readonly topology: Topology;
  readonly partitions: number;
  readonly handover_topic: string | null;
  readonly consumer: Pick<LogConsumer, 'caughtUpTo'>;
  readonly progress: ProgressLog;
  readonly clock: Clock;
  readonly limits: TimeLimits;
}

/** Bounds of a stage's time. */
export interface TimeLimits {
  /** How often progress is published, in milliseconds. */
  readonly publish_ms: number;
  /** How far the clocks of this machine and of the brokers may lie apart, in milliseconds. */
  readonly skew_ms: number;
}

/**
 * The time of a stage's partitions: the moment for which each decides, which is not the time on the wall. All that was
 * received before that moment is folded, so nothing that comes later can change what was decided for it (ADR 28).
 *
 * It publishes how far each partition is, for the stages after this one, and reads how far those before it are.
 *
 * Origins that somebody released are left out until they move. What is decided meanwhile for a later moment than all origins
 * allow is not proven, and stays so until they have come as far (ADR 37).
 */
export class StageTime implements Origins {
  readonly #parts: StageTimeParts;
  readonly #board = new ProgressBoard();
  readonly #released = new ReleasedOrigins(this.#board);
  readonly #followed: ReadonlySet<string>;
  readonly #partitions = new Map<number, PartitionTime>();
  /** The same without the origins that are released; empty while none is. */
  readonly #without = new Map<number, PartitionTime>();
  /** Up to when everything is folded but what released origins may bring, as it was before the batch under way. */
  readonly #read_to = new Map<number, number>();
  /** Up to when everything is folded, with every origin counted. */
  readonly #proven_to = new Map<number, number>();
  /** Partitions that decide for a moment that is not proven. */
  readonly #unproven = new Set<number>();
  /** Of partitions that have decided nothing before: when they were taken over. */
  readonly #begun = new Map<number, number>();
  #published_ms = -Infinity;
  readonly #made_ms: number;

  constructor(parts: StageTimeParts) {
    this.#parts = parts;
    this.#made_ms = parts.clock.monotonic_ms();
    this.#followed = stagesFollowed(parts.topology);
  }

  /** Knows a partition from now on. */
  open({ partition, checkpoint }: TimedPartition): void {
    this.#partitions.set(partition, this.#timeOf(partition, checkpoint, null));
    if (this.#leavesOut) this.#without.set(partition, this.#timeOf(partition, checkpoint, this.#released));
    // Its first batch may come before anything is heard of others.
    if (this.#unprovenTo({ partition, checkpoint }) > 0) this.#unproven.add(partition);
    // Nothing was decided yet, or by a release that decided by this clock.
    if (checkpoint.moment_ms === 0) this.#begun.set(partition, this.#parts.clock.now_ms());
  }

  forget(partition: number): void {
    this.#partitions.delete(partition);
    this.#without.delete(partition);
    this.#read_to.delete(partition);
    this.#proven_to.delete(partition);
    this.#unproven.delete(partition);
    this.#begun.delete(partition);
  }

  /** Takes in what others have published, and works out how far each partition is: to be called between two batches. */
  refresh(owned: Iterable<TimedPartition>): void {
    const all = [...owned];
    const now_ms = this.#parts.clock.monotonic_ms();
    let is_changed = false;
    for (const read of this.#parts.progress.take()) {
      if (!this.#followed.has(read.released?.stage ?? read.stage)) continue;
      if (read.released !== null) {
        if (this.#released.take(read.released)) is_changed = true;
        continue;
      }
      const record = this.#board.take(read, now_ms);
      if (record === null) continue;
      if (this.#released.moved(record.stage, record.partition)) is_changed = true;
      for (const { partition, checkpoint } of all) {
        this.#partitions.get(partition)?.take(record, checkpoint.received);
        this.#without.get(partition)?.take(record, checkpoint.received);
      }
    }
    if (is_changed) this.#leaveOut(all);
    for (const one of all) if (one.open) this.#settle(one);
  }

  originOf(stage: string, partition: number): OriginStanding {
    const read_to_ms = this.#board.of(stage, partition)?.read_to ?? null;
    const moved_ms = this.#board.movedAt(stage, partition) ?? this.#made_ms;
    const stands_ms = this.#parts.clock.monotonic_ms() - moved_ms;
    return { stage, partition, read_to_ms, stands_ms, is_released: this.#released.has(stage, partition) };
  }

  async release(stage: string, partition: number): Promise<void> {
    await this.#parts.progress.release(releaseOf(stage, partition, this.#board.of(stage, partition)));
  }

  /** Everything received before this time is folded, but for what released origins may still bring. */
  readTo(partition: number): number {
    return this.#read_to.get(partition) ?? -Infinity;
  }

  /** The same with every origin counted. */
  provenTo(partition: number): number {
    return this.#proven_to.get(partition) ?? -Infinity;
  }

  /** The moment for which the partition decides. It never goes back. */
  momentOf({ partition, checkpoint }: Pick<TimedPartition, 'partition' | 'checkpoint'>): number {
    if (this.#parts.topology.time?.kind === 'wall') return this.#parts.clock.now_ms();
    const begun_ms = this.#begun.get(partition) ?? 0;
    return Math.max(checkpoint.moment_ms, begun_ms, this.readTo(partition));
  }

  /** The moment for which a key decides that came together with others. */
  #momentOfKey(one: Pick<TimedPartition, 'partition' | 'checkpoint'>, came_from: readonly FormerPartition[]): number {
    const moment_ms = this.momentOf(one);
    if (came_from.length === 0) return moment_ms;
    const time = this.#without.get(one.partition) ?? this.#partitions.get(one.partition);
    const { received } = one.checkpoint;
    return timeOfKey(moment_ms, came_from, (partition) => time?.settledTo(partition, received) ?? -Infinity);
  }

  /** The moment for which a key of an owned partition decides; minus infinity: the partition is not owned. */
  momentsOf(owned: OwnedPartitions): (partition: number, came_from?: readonly FormerPartition[]) => number {
    return (partition, came_from = []) => {
      const one = owned.get(partition);
      return one === undefined ? -Infinity : this.#momentOfKey(one, came_from);
    };
  }

  /** Whether deciding for this moment leaves out what an origin may still bring that was released. */
  isUnproven(
    { partition, checkpoint }: Pick<TimedPartition, 'partition' | 'checkpoint'>,
    came_from: readonly FormerPartition[],
    moment_ms: number,
  ): boolean {
    if (!this.#released.any && !this.#unproven.has(partition)) return false;
    if (this.#unproven.has(partition) && this.provenTo(partition) < moment_ms) return true;
    // What such a key was before it came here may have been decided for a later moment than this partition's.
    const time = this.#partitions.get(partition);
    const settledTo = (other: number) => time?.settledTo(other, checkpoint.received) ?? -Infinity;
    return came_from.some((one) => one.until_ms > settledTo(one.partition));
  }

  /** How far behind each origin is that partitions here have their time from, in seconds. One that never said anything is left out. */
  behind(now_ms: number): ReadonlyMap<string, number> {
    const behind = new Map<string, number>();
    for (const time of this.#partitions.values()) {
      for (const [origin, time_ms] of time.origins()) {
        if (Number.isFinite(time_ms)) behind.set(origin, Math.max(behind.get(origin) ?? 0, (now_ms - time_ms) / 1_000));
      }
    }
    return behind;
  }

  /** The moment of a batch, for those who fold it. */
  at(now_ms: number, owned: OwnedPartitions, positionsAt: Moment['positionsAt']): Moment {
    return {
      now_ms,
      momentOf: this.momentsOf(owned),
      isUnproven: (partition, came_from, moment_ms) => {
        const one = owned.get(partition);
        return one !== undefined && this.isUnproven(one, came_from, moment_ms);
      },
      provenTo: (partition) => this.provenTo(partition),
      positionsAt,
    };
  }

  /** True where it is time to say how far the partitions are. */
  get publishes(): boolean {
    const { topology, progress, limits, clock } = this.#parts;
    if (topology.time?.kind === 'wall' || progress.isBusy) return false;
    return clock.monotonic_ms() - this.#published_ms >= limits.publish_ms;
  }

  /** How long a poll may wait before it is time again to say how far the partitions are. */
  patience(most_ms: number): number {
    const { topology, limits, clock } = this.#parts;
    if (topology.time?.kind === 'wall') return most_ms;
    const left_ms = this.#published_ms + limits.publish_ms - clock.monotonic_ms();
    return Math.min(most_ms, Math.max(left_ms, SHORTEST_WAIT_MS));
  }

  /**
   * Says how far the partitions are of which everything that was read is committed and sent. `notices`: what every partition of
   * the stage had given when it was looked up, after the last commit.
   */
  publish(owned: Iterable<TimedPartition>, notices: StageProgress['notices']): void {
    const records: StageProgress[] = [];
    this.#published_ms = this.#parts.clock.monotonic_ms();
    for (const one of owned) {
      if (!one.open || one.unsent.length > 0) continue;
      const proven_ms = Math.floor(this.#workOut(one));
      const read_to = Math.max(proven_ms, Math.floor(this.#leavingOut(one)));
      if (Number.isFinite(read_to)) records.push({ ...this.#progressOf(one, read_to, proven_ms), notices });
    }
    if (records.length > 0) this.#parts.progress.publish(records);
  }

  /** The checkpoint after a batch: with its moment, and with what it hands over to other partitions. */
  after(checkpoint: Checkpoint, owned: TimedPartition, folded: Folded): Checkpoint {
    const { handover_topic, topology, partitions } = this.#parts;
    const { partition, checkpoint: before } = owned;
    if (topology.time?.kind === 'wall') return checkpoint;
    const moment_ms = Math.max(before.moment_ms, Math.floor(this.momentOf(owned)));
    let holds = this.standing({ partition, checkpoint });
    const from_ms = handedOver(folded, partition, handover_topic);
    for (let to = 0; from_ms !== null && to < partitions; to += 1) {
      const counter = `${handover_topic}/${to}`;
      const sequence = checkpoint.sent[counter] ?? 0;
      if (sequence > (before.sent[counter] ?? 0)) holds = withHold(holds, { to, sequence, from_ms });
    }
    return { ...checkpoint, moment_ms, unproven_to_ms: this.#unprovenTo(owned), holds };
  }

  /** Those of a partition's hand-overs that nobody is known to have taken. */
  standing({ partition, checkpoint }: Pick<TimedPartition, 'partition' | 'checkpoint'>): readonly HandoverHold[] {
    const { stage } = this.#parts.topology;
    const { holds, incarnation } = checkpoint;
    if (holds.length === 0) return holds;
    return holds.filter(({ to, sequence, incarnation: of = incarnation }) => {
      const taken = this.#board
        .of(stage, to)
        ?.taken.find((one) => one.partition === partition && one.incarnation === of);
      return taken === undefined || taken.sequence < sequence;
    });
  }

  #timeOf(partition: number, { received }: Checkpoint, released: ReleasedOrigins | null): PartitionTime {
    const { topology, partitions } = this.#parts;
    const { stage } = topology;
    const upstream = topology.time?.kind === 'upstream' ? topology.time.upstream : [];
    const time = new PartitionTime({ partition, partitions, stage, upstream, board: this.#board, released });
    for (const record of this.#board.all()) time.take(record, received);
    return time;
  }

  /** True while an origin is released. The first stage has its time from its own log, and leaves nobody out. */
  get #leavesOut(): boolean {
    return this.#released.any && this.#parts.topology.time?.kind === 'upstream';
  }

  /** Other origins are left out than before. */
  #leaveOut(owned: readonly TimedPartition[]): void {
    this.#without.clear();
    if (!this.#leavesOut) return;
    for (const { partition, checkpoint } of owned)
      if (this.#partitions.has(partition))
        this.#without.set(partition, this.#timeOf(partition, checkpoint, this.#released));
  }

  #settle(one: TimedPartition): void {
    const { partition } = one;
    this.#proven_to.set(partition, this.#workOut(one));
    this.#read_to.set(partition, this.#leavingOut(one));
    if (this.#unprovenTo(one) > 0) this.#unproven.add(partition);
    else this.#unproven.delete(partition);
  }

  /** Up to when it decides, or has decided, with an origin left out; 0: all of that is proven. */
  #unprovenTo({ partition, checkpoint }: Pick<TimedPartition, 'partition' | 'checkpoint'>): number {
    const proven_ms = this.provenTo(partition);
    const read_to_ms = this.readTo(partition);
    const until_ms = Math.max(checkpoint.unproven_to_ms, read_to_ms > proven_ms ? Math.floor(read_to_ms) : 0);
    return until_ms > proven_ms ? until_ms : 0;
  }

  /** Up to when everything is folded but what released origins may bring. With all of them left out, the wall clock tells. */
  #leavingOut(one: TimedPartition): number {
    const { clock, limits } = this.#parts;
    const before_ms = Math.max(this.readTo(one.partition), this.provenTo(one.partition));
    const time = this.#without.get(one.partition);
    if (time === undefined || one.held !== null) return before_ms;
    return Math.max(before_ms, Math.min(time.readTo(one.checkpoint.received), clock.now_ms() - limits.skew_ms));
  }

  #workOut({ partition, checkpoint, held }: TimedPartition): number {
    const { topology, consumer, limits } = this.#parts;
    const before_ms = this.provenTo(partition);
    // What a held partition does not take is read all the same.
    if (held !== null || topology.time?.kind === 'wall') return before_ms;
    const time_ms =
      topology.time === undefined
        ? // A dead letter that is replayed was received long ago: it holds no time, however many wait.
          consumer.caughtUpTo(partition, topology.sources) - limits.skew_ms
        : (this.#partitions.get(partition)?.readTo(checkpoint.received) ?? -Infinity);
    return Math.max(before_ms, time_ms);
  }

  #progressOf(one: TimedPartition, read_to: number, proven_ms: number): Omit<StageProgress, 'notices'> {
    const { topology, partitions, handover_topic } = this.#parts;
    const { stage, sinks } = topology;
    const { partition, epoch, checkpoint } = one;
    const { incarnation, revision, sent } = checkpoint;
    const holds = this.standing(one);
    const settled_to = settledTo(
      read_to,
      // What a released partition has not taken is left out with it.
      holds.filter(({ to }) => !this.#released.has(stage, to)),
    );
    const proven = { read_to: Math.max(0, proven_ms), settled_to: settledTo(Math.max(0, proven_ms), holds) };
    const isAll = proven.read_to === read_to && proven.settled_to === settled_to;
    return {
      ...{ stage, partition, incarnation, epoch, revision, read_to, settled_to },
      ...{ proven: isAll ? null : proven, released: null },
      sent: sinks
        .filter((topic) => topic !== handover_topic)
        .map((topic) => ({ topic, sequences: sequencesOf(sent, topic, partitions) })),
      taken: handover_topic === null ? [] : takenOf(checkpoint.received[handover_topic] ?? {}, stage),
    };
  }
}

/** What of a time is settled: nothing that is handed on and not known as taken. */
function settledTo(read_to: number, holds: readonly HandoverHold[]): number {
  return Math.floor(holds.reduce((least, { from_ms }) => Math.min(least, from_ms), read_to));
}

/** What a partition has taken from each of its stage. */
function takenOf(origins: Readonly<Record<string, number>>, stage: string): StageProgress['taken'] {
  return Object.entries(origins).flatMap(([origin, sequence]) => {
    const [of = '', partition = '', incarnation = ''] = origin.split('/');
    if (of !== stage || origin !== originOf(of, Number(partition), incarnation)) return [];
    return [{ partition: Number(partition), incarnation, sequence }];
  });
}

/** The time from which on the hand-overs of a partition's batch were received; null: it hands nothing over. */
function handedOver({ decided }: Folded, partition: number, topic: string | null): number | null {
  if (topic === null) return null;
  let from_ms: number | null = null;
  for (const { partition: of, outcomes } of decided) {
    if (of !== partition) continue;
    for (const outcome of outcomes) {
      if (outcome.kind !== 'forward' || outcome.topic !== topic) continue;
      from_ms = Math.min(from_ms ?? Infinity, (outcome.value as Handover).held_from);
    }
  }
  return from_ms;
}
