import { UTC } from '@hilo/behaviour';
import type { Condition } from '@hilo/behaviour/version-2';
import type { PastEventRow } from '@hilo/behaviour/version-2/sql';
import { LocalCodec, type EventIdentified, type SegmentPast } from '@hilo/schemas';
import { partitionOf } from '@hilo/streaming';
import { BaseFold, type Cut } from '../domain/base.ts';
import { pendingSeries } from '../domain/pending-series.ts';
import type { ProfileState } from '../domain/profile-state.ts';
import { DrivenStage } from './driven-stage.ts';
import { A_DEFINITION, AN_EVENT } from './records.ts';

/** Partitions of a driven stage. */
const PARTITIONS = 4;
const TOPIC_ID = 'id of events.identified';

/** What history knows about an event, and where it was. */
interface Recorded {
  readonly value: EventIdentified;
  readonly partition: number;
  readonly offset: number;
}

/**
 * A driven stage with a history and what advances a backfill: everything that reaches the stage reaches the history too, with its
 * position. Records of definitions reach each partition when the test says so.
 */
export class DrivenBackfill extends DrivenStage {
  readonly generation: number;
  readonly #recorded: Recorded[] = [];
  readonly #condition: Condition;
  readonly #series: readonly string[];
  /** By partition, how many records of its events there are. */
  readonly #ends = new Map<number, number>();
  #replays = 0;

  constructor(condition: Condition, series: readonly string[], generation = 100) {
    super();
    this.#condition = condition;
    this.#series = series;
    this.generation = generation;
  }

  /** An event; its messageId is its place among all. Returns it. */
  happened(profile_id: string, more: Partial<EventIdentified> = {}): EventIdentified {
    const value = this.#eventOf(profile_id, more);
    this.driver.pipe('events.identified', profile_id, value);
    this.#note(value);
    return value;
  }

  /** An event that was a dead letter; the returned function replays it. */
  failed(profile_id: string, more: Partial<EventIdentified> = {}): () => void {
    const value = this.#eventOf(profile_id, more);
    // In its place something that no condition asks for.
    this.driver.pipe('events.identified', profile_id, { ...value, type: 'merge', event: null });
    const { partition, offset } = this.#note(value);
    return () => this.#replay(value, partition, offset);
  }

  /** Brings a phase of the definition to a partition. */
  reach(partition: number, phase: 'declared' | 'cut' | 'switched'): void {
    const number = this.generation + ['declared', 'cut', 'switched'].indexOf(phase);
    this.driver.pipe(
      'segments.definitions',
      'asked',
      {
        ...{ ...A_DEFINITION, segment: 'asked', version: 2, definition: JSON.stringify(this.#condition) },
        ...{ decided_at: 1, number, phase, generation: this.generation, series: this.#series },
      },
      partition,
    );
  }

  /** What the past means to the definition, once every partition has the cut. */
  past(): readonly SegmentPast[] {
    const offsets = new Map<number, number>();
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      const position = this.tables.positions.get(`${partition} ${this.generation + 1}`);
      if (position === undefined) throw new Error('a partition is not cut');
      offsets.set(partition, position['events.identified'] ?? 0);
    }
    const pending = pendingSeries(
      {
        segments: new Map(),
        pending: new Map([
          ['asked', { version: 1, condition: this.#condition, generation: this.generation, series: this.#series }],
        ]),
      },
      UTC,
    );
    const cut: Cut = { topicId: TOPIC_ID, offsets };
    const fold = new BaseFold(pending, new Map([[this.generation, cut]]), 0);
    const rows = this.#recorded.map(rowOf).sort((a, b) => (a.profile_id < b.profile_id ? -1 : 1));
    return [...rows.flatMap((row) => fold.take(row)), ...fold.end()];
  }

  bring(past: SegmentPast): void {
    this.driver.pipe('segmentation.backfill', past.profile_id, past);
  }

  /** The last committed state of a profile. */
  stateOf(profile_id: string): ProfileState | null {
    for (const entry of this.driver.journal.toReversed()) {
      if (entry.kind !== 'commit') continue;
      const found = entry.states.find(({ key }) => key === profile_id);
      if (found !== undefined) return found.state as ProfileState | null;
    }
    return null;
  }

  #eventOf(profile_id: string, more: Partial<EventIdentified>): EventIdentified {
    const { nowMs } = this;
    const message_id = `e${String(this.#recorded.length).padStart(4, '0')}`;
    return { ...AN_EVENT, profile_id, event: 'A', message_id, timestamp: nowMs, received_at: nowMs, ...more };
  }

  #note(value: EventIdentified): Recorded {
    const partition = partitionOf(value.profile_id, PARTITIONS);
    const offset = this.#ends.get(partition) ?? 0;
    this.#ends.set(partition, offset + 1);
    const recorded = { value, partition, offset };
    this.#recorded.push(recorded);
    return recorded;
  }

  #replay(value: EventIdentified, partition: number, offset: number): void {
    const bytes = new LocalCodec().encode('events.identified', value);
    this.driver.pipeBytes('segmentation.replay', value.profile_id, bytes, partition, {
      'hilo-origin': `segmentation/${partition}/test`,
      'hilo-seq': `${this.#replays}`,
      'hilo-source-topic': 'events.identified',
      'hilo-source-topic-id': TOPIC_ID,
      'hilo-source-partition': `${partition}`,
      'hilo-source-offset': `${offset}`,
      'hilo-source-time': `${value.received_at}`,
      'hilo-processed': 'none',
    });
    this.#replays += 1;
  }
}

function rowOf({ value, partition, offset }: Recorded): PastEventRow {
  const { profile_id, type, event, name, group_id, properties, timestamp, received_at } = value;
  return {
    ...{ profile_id, type, event, name, group_id, content: properties ?? '', timestamp, received_at },
    ...{ request_position: value.request_position, source: value.source, message_id: value.message_id },
    ...{ topic_id: TOPIC_ID, topic_partition: partition, topic_offset: offset },
  };
}
