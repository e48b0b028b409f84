import type { OffsetRange } from '../ports/checkpoint.ts';
import type { RawRecord } from '../ports/log.ts';

/** Ranges of offsets by topic: what a loader is about to insert of a partition. */
export type Intent = Readonly<Record<string, OffsetRange>>;

interface Gathered {
  records: RawRecord[];
  bytes: number;
  /** Highest offset that arrived, by topic, kept or not. */
  readonly seen: Map<string, number>;
}

/** Records of a loader's partitions that wait to be loaded. */
export class GatheredRecords {
  readonly #partitions = new Map<number, Gathered>();

  /** Begins to gather a partition. */
  open(partition: number): void {
    this.#partitions.set(partition, { records: [], bytes: 0, seen: new Map() });
  }

  forget(partition: number): void {
    this.#partitions.delete(partition);
  }

  partitions(): number[] {
    return [...this.#partitions.keys()];
  }

  /** All that waits. */
  size(): { readonly records: number; readonly bytes: number } {
    let records = 0;
    let bytes = 0;
    for (const gathered of this.#partitions.values()) {
      records += gathered.records.length;
      bytes += gathered.bytes;
    }
    return { records, bytes };
  }

  /** With an intent, keeps only what lies in it, so that later records cannot displace the intent's. */
  add(record: RawRecord, intent: Intent | null): void {
    const gathered = this.#partitions.get(record.partition);
    if (gathered === undefined) return;
    const { topic, offset } = record;
    gathered.seen.set(topic, Math.max(offset, gathered.seen.get(topic) ?? -1));
    if (intent !== null && !isWithin(record, intent)) return;
    gathered.records.push(record);
    gathered.bytes += record.value?.length ?? 0;
  }

  of(partition: number): readonly RawRecord[] {
    return this.#partitions.get(partition)?.records ?? [];
  }

  /** The records of an intent's ranges from `offsets` on; null while some are still to be read. */
  within(partition: number, intent: Intent, offsets: Readonly<Record<string, number>>): readonly RawRecord[] | null {
    const seen = this.#partitions.get(partition)?.seen;
    const isRead = (topic: string, to: number) => Math.max((seen?.get(topic) ?? -1) + 1, offsets[topic] ?? 0) >= to;
    for (const [topic, { to }] of Object.entries(intent)) if (!isRead(topic, to)) return null;
    return this.of(partition).filter((record) => isWithin(record, intent));
  }

  /** Drops the other records of a partition. */
  keep(partition: number, wanted: (record: RawRecord) => boolean): void {
    const gathered = this.#partitions.get(partition);
    if (gathered === undefined) return;
    gathered.records = gathered.records.filter(wanted);
    gathered.bytes = gathered.records.reduce((bytes, { value }) => bytes + (value?.length ?? 0), 0);
  }
}

function isWithin({ topic, offset }: RawRecord, intent: Intent): boolean {
  const range = intent[topic];
  return range !== undefined && offset >= range.from && offset < range.to;
}
