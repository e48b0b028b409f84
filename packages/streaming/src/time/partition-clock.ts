import type { Topology } from '../language/topology.ts';
import type { Checkpoint } from '../ports/checkpoint.ts';
import type { Clock } from '../ports/clock.ts';
import type { LogConsumer } from '../ports/log.ts';
import type { PartitionTime } from './partition-time.ts';

/** Bounds of a stage's time. */
export interface TimeLimits {
  /** How often progress is published, in milliseconds. */
  readonly publish_ms: number;
  /** How far the clocks of this machine and of the brokers may lie apart, in milliseconds. */
  readonly skew_ms: number;
}

/** What a partition's time is worked out from. */
interface ClockParts {
  readonly topology: Topology;
  readonly consumer: Pick<LogConsumer, 'caughtUpTo'>;
  readonly clock: Clock;
  readonly limits: TimeLimits;
}

/** What of an owned partition says how far it is. */
interface ReadPartition {
  readonly partition: number;
  readonly checkpoint: Checkpoint;
  readonly held: string | null;
}

/** How far one partition of a stage is: up to when everything is folded. None of its times goes back. */
export class PartitionClock {
  /** What its time comes from, with every origin counted. */
  time: PartitionTime;
  /** The same without the origins that are released; null while none is. */
  without: PartitionTime | null = null;
  /** When it was taken over, of one that had decided nothing before; else 0. */
  begun_ms = 0;
  /** True while it decides for a moment that is not proven. */
  is_unproven = false;
  readonly #parts: ClockParts;
  #read_to_ms = -Infinity;
  #proven_to_ms = -Infinity;

  constructor(parts: ClockParts, time: PartitionTime) {
    this.#parts = parts;
    this.time = time;
  }

  /** Up to when everything is folded but what released origins may bring, as it was before the batch under way. */
  get read_to_ms(): number {
    return this.#read_to_ms;
  }

  /** Up to when everything is folded, with every origin counted. */
  get proven_to_ms(): number {
    return this.#proven_to_ms;
  }

  /** Goes on to where the partition is now. */
  settle(one: ReadPartition): void {
    this.#proven_to_ms = this.provenNow(one);
    this.#read_to_ms = this.readNow(one);
    this.is_unproven = this.unprovenTo(one.checkpoint) > 0;
  }

  /** Up to when everything is folded now, with every origin counted. */
  provenNow({ partition, checkpoint, held }: ReadPartition): number {
    const { topology, consumer, limits } = this.#parts;
    // What a held partition does not take is read all the same.
    if (held !== null || topology.time?.kind === 'wall') return this.#proven_to_ms;
    const time_ms =
      topology.time === undefined
        ? // A dead letter that is replayed was received long ago: it holds no time, however many wait.
          consumer.caughtUpTo(partition, topology.sources) - limits.skew_ms
        : this.time.readTo(checkpoint.received);
    return Math.max(this.#proven_to_ms, time_ms);
  }

  /** Up to when everything is folded now but what released origins may bring. With all of them left out, the wall clock tells. */
  readNow({ checkpoint, held }: ReadPartition): number {
    const { clock, limits } = this.#parts;
    const before_ms = Math.max(this.#read_to_ms, this.#proven_to_ms);
    if (this.without === null || held !== null) return before_ms;
    return Math.max(before_ms, Math.min(this.without.readTo(checkpoint.received), clock.now_ms() - limits.skew_ms));
  }

  /** Up to when it decides, or has decided, with an origin left out; 0: all of that is proven. */
  unprovenTo({ unproven_to_ms }: Checkpoint): number {
    const left_out_ms = this.#read_to_ms > this.#proven_to_ms ? Math.floor(this.#read_to_ms) : 0;
    const until_ms = Math.max(unproven_to_ms, left_out_ms);
    return until_ms > this.#proven_to_ms ? until_ms : 0;
  }
}
