import type { StageProgress } from '@hilo/schemas';

/** Incarnations of a partition that were replaced and are remembered, at most. */
const REPLACED = 8;

interface Place {
  record: StageProgress;
  readonly replaced: string[];
}

/**
 * The newest progress of every partition of every stage. Records may come late, twice, or from an owner that has lost its
 * partition: those that are overtaken say nothing.
 */
export class ProgressBoard {
  readonly #places = new Map<string, Place>();

  /** Takes a record as it was read; hands back what is known now, or null where the record is overtaken. */
  take(record: StageProgress): StageProgress | null {
    const id = `${record.stage}/${record.partition}`;
    const place = this.#places.get(id);
    if (place === undefined) {
      this.#places.set(id, { record, replaced: [] });
      return record;
    }
    const { record: before, replaced } = place;
    if (record.incarnation !== before.incarnation) {
      // A repair made a checkpoint anew: what the one before said binds nobody any more.
      if (replaced.includes(record.incarnation)) return null;
      replaced.push(before.incarnation);
      if (replaced.length > REPLACED) replaced.shift();
      place.record = record;
      return record;
    }
    if (isOvertaken(record, before)) return null;
    // An owner that has only just begun may know less of its inputs than the one before it did. What that one knew holds.
    place.record = { ...record, read_to: Math.max(record.read_to, before.read_to) };
    return place.record;
  }

  /** The newest progress of a partition; undefined: it never said anything. */
  of(stage: string, partition: number): StageProgress | undefined {
    return this.#places.get(`${stage}/${partition}`)?.record;
  }

  /** All that is known. */
  all(): StageProgress[] {
    return [...this.#places.values()].map(({ record }) => record);
  }
}

function isOvertaken(record: StageProgress, before: StageProgress): boolean {
  if (record.epoch !== before.epoch) return record.epoch < before.epoch;
  return record.revision < before.revision;
}

/** The last sequence that a partition has sent to a partition of a topic; 0: none. */
export function sentTo(record: StageProgress, topic: string, partition: number): number {
  return record.sent.find((sent) => sent.topic === topic)?.sequences[partition] ?? 0;
}
