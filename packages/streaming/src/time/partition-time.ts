import type { StageProgress } from '@hilo/schemas';
import type { FormerPartition } from '../fold/moment.ts';
import type { Upstream } from '../language/topology.ts';
import { originOf } from '../ports/sequence.ts';
import { OriginTime, type Received, type TimeOffer } from './origin-time.ts';
import { type ProgressBoard, provenOf, sentTo, type Times } from './progress-board.ts';
import type { ReleasedOrigins } from './released-origins.ts';

/**
 * The time of one partition of a stage, computed from the progress of the partitions before it and beside it.
 * `readTo`: everything that ingestion received before and that concerns the partition is folded. `settledTo` of another
 * partition: nothing that was received before is still on its way from there to here, in this stage or an earlier one.
 * With `released`, released origins are left out, with everything that they may still owe, and so is what others left
 * out of the times that they report. Without, every origin counts, and of others' reports only what holds regardless.
 */
export class PartitionTime {
  readonly #partition: number;
  readonly #upstream: readonly Upstream[];
  readonly #board: ProgressBoard;
  readonly #released: ReleasedOrigins | null;
  /** By upstream stage, then its partition. */
  readonly #origins = new Map<string, Map<number, OriginTime>>();
  /** By stage (this one, and earlier ones that keep the partition), then its partition. */
  readonly #settled = new Map<string, Map<number, OriginTime>>();

  constructor(options: {
    partition: number;
    partitions: number;
    stage: string;
    upstream: readonly Upstream[];
    board: ProgressBoard;
    released: ReleasedOrigins | null;
  }) {
    const { partition, partitions, stage, upstream, board, released } = options;
    this.#partition = partition;
    this.#released = released;
    this.#upstream = upstream;
    this.#board = board;
    const all = Array.from({ length: partitions }, (_, index) => index);
    const times = (of: readonly number[]) => new Map(of.map((one) => [one, new OriginTime()]));
    for (const { stage: before, spreads } of upstream) this.#origins.set(before, times(spreads ? all : [partition]));
    this.#settled.set(stage, times(all));
    for (const { stage: before, spreads } of upstream) if (!spreads) this.#settled.set(before, times(all));
  }

  /** Another partition's progress, as on the board; `received`: what this partition has read and committed. */
  take(record: StageProgress, received: Received): void {
    const { stage, partition } = record;
    const { read_to, settled_to } = this.#timesOf(record);
    const upstream = this.#upstream.find((one) => one.stage === stage);
    const origin = this.#origins.get(stage)?.get(partition);
    if (upstream !== undefined) origin?.offer(this.#offerOf(upstream, record, read_to), received);
    const settled = this.#settled.get(stage)?.get(partition);
    if (settled === undefined) return;
    // What the sender's stage made of it lies in the partition of this number: everything that this one had sent by now
    // counts.
    const own = upstream === undefined ? undefined : this.#board.of(stage, this.#partition);
    const needed = own === undefined || upstream === undefined ? null : this.#offerOf(upstream, own, settled_to);
    settled.offer(needed ?? { timeMs: settled_to, origin: '', needs: [] }, received);
  }

  /** Infinity: every origin is left out. */
  readTo(received: Received): number {
    let timeMs = Infinity;
    for (const [stage, origins] of this.#origins) {
      for (const [partition, origin] of origins) {
        origin.settle(received);
        if (this.#isLeftOut(stage, partition, origin)) continue;
        timeMs = Math.min(timeMs, origin.timeMs);
      }
    }
    return timeMs;
  }

  /** The time that counts from each origin, by stage and partition; minus infinity: none. */
  origins(): ReadonlyMap<string, number> {
    const times = new Map<string, number>();
    for (const [stage, origins] of this.#origins)
      for (const [partition, { timeMs }] of origins) times.set(`${stage}/${partition}`, timeMs);
    return times;
  }

  settledTo(partition: number, received: Received): number {
    let timeMs = Infinity;
    for (const [stage, origins] of this.#settled) {
      const origin = origins.get(partition);
      origin?.settle(received);
      if (origin !== undefined && this.#isLeftOut(stage, partition, origin)) continue;
      timeMs = Math.min(timeMs, origin?.timeMs ?? -Infinity);
    }
    return timeMs;
  }

  #timesOf(record: StageProgress): Times {
    return this.#released === null ? provenOf(record) : record;
  }

  /** What a released origin had sent before lies in the log: that is waited for, and nothing else of it. */
  #isLeftOut(stage: string, partition: number, origin: OriginTime): boolean {
    return this.#isReleased(stage, partition) && !origin.isWaiting;
  }

  #isReleased(stage: string, partition: number): boolean {
    return this.#released?.has(stage, partition) === true;
  }

  #offerOf({ stage, topics }: Upstream, record: StageProgress, timeMs: number): TimeOffer {
    const origin = originOf(stage, record.partition, record.incarnation);
    const needs = topics.map((topic) => ({ topic, origin, sequence: sentTo(record, topic, this.#partition) }));
    for (const { topic, partition, incarnation, sequences } of record.notices) {
      // What a released origin published and has not sent is not waited for.
      if (!topics.includes(topic) || this.#isReleased(stage, partition)) continue;
      const sequence = sequences[this.#partition] ?? 0;
      needs.push({ topic, origin: originOf(stage, partition, incarnation), sequence });
    }
    return { timeMs, origin, needs };
  }
}

/**
 * A key's time: its partition's, but not beyond what the partitions of keys that it absorbed are settled up to, as long
 * as something may follow from there. It never goes back behind the time at which it learned of them.
 */
export function timeOfKey(
  partitionMs: number,
  came_from: readonly FormerPartition[],
  settledTo: (partition: number) => number,
): number {
  let timeMs = partitionMs;
  for (const { partition, until_ms, since_ms } of came_from) {
    const settledMs = settledTo(partition);
    if (settledMs < until_ms) timeMs = Math.min(timeMs, Math.max(settledMs, since_ms));
  }
  return timeMs;
}
