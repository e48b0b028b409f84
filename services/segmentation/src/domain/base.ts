import { EMPTY_OBJECT, JsonText } from '@hilo/behaviour';
import {
  type ProfileEvent,
  type SelectedEvent,
  SelectorIndex,
  type Series,
  seriesInParts,
  type SeriesById,
  seriesWith,
  takenBy,
  writtenSeries,
} from '@hilo/behaviour/version-2';
import type { PastEventRow } from '@hilo/behaviour/version-2/sql';
import type { SegmentPast } from '@hilo/schemas';
import type { PendingSeries } from './pending-series.ts';
import { callTypeOf } from './profile-event.ts';

/** Where a generation begins to collect: below these offsets of `events.identified`, events belong to its past. */
export interface Cut {
  /** Kafka's id of the topic. Rows of another topic, or of none, are older. */
  readonly topicId: string;
  /** By partition. */
  readonly offsets: ReadonlyMap<number, number>;
}

/** Bytes of series in one record, so that it stays far below what Kafka takes. */
const PART_BYTES = 256 * 1024;

/**
 * Folds rows of the past, those of one recorded profile after those of another, into the series of pending definitions: with the
 * functions by which the stream folds events.
 */
export class BaseFold {
  readonly #index = new SelectorIndex<PendingSeries['kind']>();
  readonly #generations = new Map<string, number>();
  readonly #cuts: ReadonlyMap<number, Cut>;
  readonly #floorMs: number;
  #profile_id = '';
  #series: SeriesById = new Map();

  /** `cuts`: of each generation. `floorMs`: a moment that no profile is decided before, so that older windows are over. */
  constructor(pending: readonly PendingSeries[], cuts: ReadonlyMap<number, Cut>, floorMs: number) {
    this.#cuts = cuts;
    this.#floorMs = floorMs;
    for (const { kind, selector, generation } of pending) {
      this.#index.add(selector, kind);
      this.#generations.set(kind.id, generation);
    }
  }

  /** Folds a row; returns the records of the profile before it if it is of another one. */
  take(row: PastEventRow): readonly SegmentPast[] {
    const records = row.profile_id === this.#profile_id ? [] : this.end();
    this.#profile_id = row.profile_id;
    const event = eventOf(row);
    if (event !== null) this.#fold(event, row);
    return records;
  }

  /** The records of the last profile. */
  end(): readonly SegmentPast[] {
    const records = recordsOf(this.#profile_id, this.#series, this.#generations);
    this.#series = new Map();
    return records;
  }

  #fold(event: ProfileEvent, row: PastEventRow): void {
    const matching = (one: SelectedEvent) =>
      this.#index.matching(one).filter(({ id }) => isBelow(row, this.#cuts.get(this.#generations.get(id) ?? 0)));
    try {
      this.#series = seriesWith(this.#series, event, takenBy(event, { matching }), this.#floorMs);
    } catch (error) {
      // In the stream it became a dead letter.
      if (!(error instanceof SyntaxError)) throw error;
    }
  }
}

function isBelow({ topic_id, topic_partition, topic_offset }: PastEventRow, cut: Cut | undefined): boolean {
  if (cut === undefined) return false;
  return topic_id !== cut.topicId || Number(topic_offset) < (cut.offsets.get(topic_partition) ?? 0);
}

function eventOf(row: PastEventRow): ProfileEvent | null {
  const type = callTypeOf(row.type);
  if (type === null) return null;
  return {
    type,
    event: type === 'track' ? row.event : null,
    name: type === 'group' ? row.group_id : row.name,
    properties: row.content === '' ? EMPTY_OBJECT : new JsonText(row.content),
    timestampMs: Number(row.timestamp),
    receivedAtMs: Number(row.received_at),
    position: row.request_position,
    source: row.source,
    messageId: row.message_id,
  };
}

function recordsOf(
  profile_id: string,
  series: SeriesById,
  generations: ReadonlyMap<string, number>,
): readonly SegmentPast[] {
  const byGeneration = new Map<number, [string, Series][]>();
  for (const [id, one] of series) {
    const generation = generations.get(id) ?? 0;
    byGeneration.set(generation, [...(byGeneration.get(generation) ?? []), [id, one]]);
  }
  return [...byGeneration].flatMap(([generation, all]) =>
    partsOf(all).map((written, part) => ({ generation, profile_id, part, series: written })),
  );
}

/** The series in parts, each of about as many bytes as a record may have. */
function partsOf(all: readonly (readonly [string, Series])[]): readonly SegmentPast['series'][] {
  const parts: SegmentPast['series'][number][][] = [];
  let bytes = PART_BYTES;
  for (const [id, series] of all) {
    for (const piece of seriesInParts(series, PART_BYTES)) {
      const content = JSON.stringify(writtenSeries(piece));
      if (bytes + content.length > PART_BYTES) {
        parts.push([]);
        bytes = 0;
      }
      parts.at(-1)?.push({ id, content });
      bytes += content.length;
    }
  }
  return parts;
}
