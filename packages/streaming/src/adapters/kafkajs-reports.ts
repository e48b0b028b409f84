import type { Consumer, Kafka } from 'kafkajs';
import type { Checkpoint } from '../ports/checkpoint.ts';
import type { Logger } from '../ports/logger.ts';
import { encodeReport, newestReport, type ReportedCheckpoint } from '../ports/reported-checkpoint.ts';
import type { KafkajsLookup } from './kafkajs-lookup.ts';
import { KafkajsTails } from './kafkajs-tails.ts';

/** How often an unchanged checkpoint is reported again: a takeover scans what was sent since. */
const REPORT_AGAIN_MS = 10_000;

/**
 * Reports to Kafka how far the checkpoints are, as the offsets of the stage's group and their metadata, and returns
 * what any instance has reported.
 */
export class KafkajsReports {
  readonly #group: string;
  readonly #topics: readonly string[];
  readonly #lookup: KafkajsLookup;
  readonly #tails: KafkajsTails;
  readonly #logger: Logger;
  /** Checkpoints of open partitions, when each was known to be the last one, and which have changed since their report. */
  readonly #known = new Map<number, { readonly checkpoint: Checkpoint; readonly knownMs: number }>();
  readonly #unreported = new Set<number>();
  #reportedAllAtMs = performance.now();

  constructor(options: {
    kafka: Kafka;
    group: string;
    topics: readonly string[];
    lookup: KafkajsLookup;
    logger: Logger;
  }) {
    this.#group = options.group;
    this.#topics = options.topics;
    this.#lookup = options.lookup;
    this.#logger = options.logger;
    this.#tails = new KafkajsTails(options.kafka, options.lookup);
  }

  /** As `LogConsumer.commit`. The next `publish` reports a checkpoint that has changed. */
  note(partition: number, checkpoint: Checkpoint, knownMs: number): void {
    if (this.#known.get(partition)?.checkpoint !== checkpoint) this.#unreported.add(partition);
    this.#known.set(partition, { checkpoint, knownMs });
  }

  forget(partition: number): void {
    this.#known.delete(partition);
    this.#unreported.delete(partition);
  }

  /**
   * Reports changed checkpoints, and from time to time all others again. What cannot be reported now follows with the
   * next call.
   */
  async publish(consumer: Pick<Consumer, 'commitOffsets'>): Promise<void> {
    if (performance.now() - this.#reportedAllAtMs >= REPORT_AGAIN_MS) {
      this.#reportedAllAtMs = performance.now();
      for (const partition of this.#known.keys()) this.#unreported.add(partition);
    }
    const partitions = [...this.#unreported];
    this.#unreported.clear();
    const offsets = partitions.flatMap((partition) => this.#offsetsOf(partition));
    if (offsets.length === 0) return;
    try {
      await consumer.commitOffsets(offsets);
    } catch (error) {
      for (const partition of partitions) if (this.#known.has(partition)) this.#unreported.add(partition);
      this.#logger.info({ reason: error instanceof Error ? error.name : 'unknown' }, 'offsets not committed to Kafka');
    }
  }

  /** As `LogConsumer.reports`. */
  async reports(partitions: readonly number[]): Promise<ReadonlyMap<number, ReportedCheckpoint>> {
    const topics = [...this.#topics];
    const found = await this.#lookup.ask((admin) => admin.fetchOffsets({ groupId: this.#group, topics }));
    const reports = new Map<number, ReportedCheckpoint>();
    for (const partition of partitions) {
      const newest = newestReport(
        found.flatMap(({ topic, partitions: all }) =>
          all
            .filter((one) => one.partition === partition)
            .map(({ offset, metadata }) => ({ topic, offset: Number(offset), text: metadata ?? '' })),
        ),
      );
      if (newest !== undefined) reports.set(partition, newest);
    }
    return reports;
  }

  /** As `LogConsumer.lastSequences`. */
  async lastSequences(
    origins: ReadonlySet<string>,
    topics: readonly string[],
    since_ms: number,
  ): Promise<ReadonlyMap<string, Readonly<Record<string, number>>>> {
    return this.#tails.lastSequences(origins, topics, since_ms);
  }

  #offsetsOf(partition: number): { topic: string; partition: number; offset: string; metadata: string }[] {
    const known = this.#known.get(partition);
    if (known === undefined) return [];
    const { checkpoint, knownMs } = known;
    const metadata = encodeReport(checkpoint, knownMs);
    return this.#topics.flatMap((topic) => {
      const offset = checkpoint.offsets[topic];
      return offset === undefined ? [] : [{ topic, partition, offset: String(offset), metadata }];
    });
  }
}
