import type { Topology } from '../language/topology.ts';
import type { Checkpoint } from '../ports/checkpoint.ts';
import type { Clock } from '../ports/clock.ts';
import type { LogConsumer } from '../ports/log.ts';
import type { PartitionTime } from './partition-time.ts';

/** Settings of a stage's time. */
export interface TimeLimits {
  /** How often progress is published, in milliseconds. */
  readonly publishMs: number;
  /** How far the clocks of this machine and of the brokers may differ, in milliseconds. */
  readonly skewMs: number;
}

/** What `PartitionClock` works with. */
interface PartitionClockDependencies {
  readonly topology: Topology;
  readonly consumer: Pick<LogConsumer, 'caughtUpTo'>;
  readonly clock: Clock;
  readonly limits: TimeLimits;
}

/** The fields of an owned partition that say how far it is. */
interface ReadPartition {
  readonly partition: number;
  readonly checkpoint: Checkpoint;
  readonly held: string | null;
}

/** How far one partition of a stage is: up to which time it has folded everything. Its times never go back. */
export class PartitionClock {
  /** Its time with every origin counted. */
  time: PartitionTime;
  /** Its time without the released origins; null while none is released. */
  without: PartitionTime | null = null;
  /** If it had decided nothing before, the time at which it was taken over; else 0. */
  begun_ms = 0;
  /** True while it decides for an unproven moment. */
  isUnproven = false;
  readonly #dependencies: PartitionClockDependencies;
  #readToMs = -Infinity;
  #provenToMs = -Infinity;

  constructor(dependencies: PartitionClockDependencies, time: PartitionTime) {
    this.#dependencies = dependencies;
    this.time = time;
  }

  /** Up to when everything is folded, except for released origins, as of the last `settle`. */
  get readToMs(): number {
    return this.#readToMs;
  }

  /** Up to when everything is folded, with every origin counted, as of the last `settle`. */
  get provenToMs(): number {
    return this.#provenToMs;
  }

  /** Moves to the partition's current times. Call it between two batches. */
  settle(one: ReadPartition): void {
    this.#provenToMs = this.provenNow(one);
    this.#readToMs = this.readNow(one);
    this.isUnproven = this.unprovenTo(one.checkpoint) > 0;
  }

  /** Up to when everything is folded by now, with every origin counted. */
  provenNow({ partition, checkpoint, held }: ReadPartition): number {
    const { topology, consumer, limits } = this.#dependencies;
    // The consumer reads on while a partition is held, so its time says nothing.
    if (held !== null || topology.time?.kind === 'wall') return this.#provenToMs;
    const timeMs =
      topology.time === undefined
        ? // Replayed dead letters were received long ago. They hold no time back, however many wait.
          consumer.caughtUpTo(partition, topology.sources) - limits.skewMs
        : this.time.readTo(checkpoint.received);
    return Math.max(this.#provenToMs, timeMs);
  }

  /** The same except for released origins. If all origins are released, the wall clock is the limit. */
  readNow({ checkpoint, held }: ReadPartition): number {
    const { clock, limits } = this.#dependencies;
    const beforeMs = Math.max(this.#readToMs, this.#provenToMs);
    if (this.without === null || held !== null) return beforeMs;
    return Math.max(beforeMs, Math.min(this.without.readTo(checkpoint.received), clock.nowMs() - limits.skewMs));
  }

  /** Up to when it decides, or has decided, without a released origin; 0 if all of that is proven. */
  unprovenTo({ unproven_to_ms }: Checkpoint): number {
    const leftOutMs = this.#readToMs > this.#provenToMs ? Math.floor(this.#readToMs) : 0;
    const until_ms = Math.max(unproven_to_ms, leftOutMs);
    return until_ms > this.#provenToMs ? until_ms : 0;
  }
}
