import type { ReleasedOrigin, StageProgress } from '@hilo/schemas';

/** Most replaced incarnations of a partition to remember. */
const REPLACED = 8;

interface Place {
  record: StageProgress;
  /** When its time was first known to be that late. */
  movedMs: number;
  readonly replaced: string[];
}

/** How far a partition is. */
export type Times = Pick<StageProgress, 'read_to' | 'settled_to'>;

/** How far a partition is with every origin counted, including released ones. */
export function provenOf({ proven, read_to, settled_to }: StageProgress): Times {
  return proven ?? { read_to, settled_to };
}

/**
 * The newest progress of every partition of every stage. Records may come late, twice, or from an owner that has lost
 * its partition: outdated ones are ignored.
 */
export class ProgressBoard {
  readonly #places = new Map<string, Place>();

  /** Takes a record that was read at `at_ms`; returns what is known now, or null if the record is outdated. */
  take(record: StageProgress, at_ms = 0): StageProgress | null {
    const id = `${record.stage}/${record.partition}`;
    const place = this.#places.get(id);
    if (place === undefined) {
      this.#places.set(id, { record, movedMs: at_ms, replaced: [] });
      return record;
    }
    const { record: before, replaced } = place;
    if (record.incarnation !== before.incarnation) {
      // A repair replaced the checkpoint: what the previous one reported no longer binds.
      if (replaced.includes(record.incarnation)) return null;
      replaced.push(before.incarnation);
      if (replaced.length > REPLACED) replaced.shift();
      place.record = record;
      place.movedMs = at_ms;
      return record;
    }
    if (isOvertaken(record, before)) return null;
    if (record.read_to > before.read_to) place.movedMs = at_ms;
    place.record = withWhatHolds(record, before);
    return place.record;
  }

  /** The newest progress of a partition; undefined: it has never reported. */
  of(stage: string, partition: number): StageProgress | undefined {
    return this.#places.get(`${stage}/${partition}`)?.record;
  }

  /** Since when a partition has reported no later time, by the clock of `take`; undefined: it has never reported. */
  movedAt(stage: string, partition: number): number | undefined {
    return this.#places.get(`${stage}/${partition}`)?.movedMs;
  }

  /** All that is known. */
  all(): StageProgress[] {
    return [...this.#places.values()].map(({ record }) => record);
  }
}

/** A new owner may know less about its inputs than the previous one did. What that one knew holds. */
function withWhatHolds(record: StageProgress, before: StageProgress): StageProgress {
  const read_to = Math.max(record.read_to, before.read_to);
  if (record.proven === null && before.proven === null) return { ...record, read_to };
  const { read_to: provenMs, settled_to } = provenOf(record);
  const proven = { read_to: Math.max(provenMs, provenOf(before).read_to), settled_to };
  const isAll = proven.read_to === read_to && settled_to === record.settled_to;
  return { ...record, read_to, proven: isAll ? null : proven };
}

function isOvertaken(record: StageProgress, before: StageProgress): boolean {
  if (record.epoch !== before.epoch) return record.epoch < before.epoch;
  return record.revision < before.revision;
}

/** The last sequence that a partition has sent to a partition of a topic; 0: none. */
export function sentTo(record: StageProgress, topic: string, partition: number): number {
  return record.sent.find((sent) => sent.topic === topic)?.sequences[partition] ?? 0;
}

/**
 * The record that releases an origin. Earlier releases of Hilo take it for the progress of a stage that nobody asks
 * for.
 */
export function recordOfRelease(released: ReleasedOrigin): StageProgress {
  return {
    ...{ stage: '', partition: released.partition, incarnation: '', epoch: 0, revision: 0, read_to: 0, settled_to: 0 },
    ...{ sent: [], taken: [], notices: [], proven: null, released },
  };
}

/** Key of a progress record: a compacted log keeps the last of each partition, and the last release of each. */
export function progressKey({ stage, partition, released }: StageProgress): string {
  return released === null ? `${stage}/${partition}` : `release/${released.stage}/${partition}`;
}

/** The stage of a progress record, or the one whose release it is, by its key; empty: none. */
export function stageOfKey(key: string): string {
  const [, stage = ''] = /^(?:release\/)?([^/]+)\/\d+$/.exec(key) ?? [];
  return stage;
}
