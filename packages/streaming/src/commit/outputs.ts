import type { Forward } from '../language/outcome.ts';
import type { Checkpoint } from '../ports/checkpoint.ts';
import type { RecordCodec } from '../ports/codec.ts';
import type { OutRecord, RawRecord } from '../ports/log.ts';
import { partitionOf } from '../ports/partitioner.ts';
import { ORIGIN_HEADER, originOf, SEQUENCE_HEADER } from '../ports/sequence.ts';
import type { OutboxRow } from '../ports/store.ts';
import { deadLetterHeaders, type Refusal } from '../read/dead-letter.ts';
import { TRACE_HEADER } from '../read/tracer.ts';
import { packOutputs } from './outbox.ts';

/** Collects the outputs of a batch, numbers them per origin and output partition, and packs them for the outbox. */
export class OutputDraft {
  readonly #stage: string;
  readonly #partitions: number;
  readonly #codec: RecordCodec;
  readonly #build: string;
  readonly #drafts = new Map<number, PartitionDraft>();
  readonly #deadLetters: string[] = [];

  constructor(options: { stage: string; partitions: number; codec: RecordCodec; build: string }) {
    this.#stage = options.stage;
    this.#partitions = options.partitions;
    this.#codec = options.codec;
    this.#build = options.build;
  }

  /** Reasons of the dead letters. */
  get deadLetters(): readonly string[] {
    return this.#deadLetters;
  }

  /** An output of an input of this partition; `traceparent`: the trace of that input. */
  forward(checkpoint: Checkpoint, partition: number, output: Forward, traceparent?: string): void {
    const target = output.partition ?? partitionOf(output.key, this.#partitions);
    const value = output.value === null ? null : this.#codec.encode(output.topic, output.value);
    this.#add(checkpoint, partition, {
      topic: output.topic,
      partition: target,
      key: Buffer.from(output.key),
      value,
      headers: traceparent === undefined ? {} : { [TRACE_HEADER]: traceparent },
    });
  }

  /** Writes the input's record to the dead-letter topic with its original key, bytes and headers. */
  deadLetter(checkpoint: Checkpoint, raw: RawRecord, why: Refusal, topic: string, nowMs: number): void {
    this.#deadLetters.push(why.reason);
    this.#add(checkpoint, raw.partition, {
      topic,
      partition: raw.partition,
      key: raw.key,
      value: raw.value,
      headers: deadLetterHeaders(raw, why, { stage: this.#stage, build: this.#build, nowMs }),
    });
  }

  /** The outputs of one input partition, packed, with the checkpoint that numbers them. */
  finish(
    partition: number,
    checkpoint: Checkpoint,
  ): { checkpoint: Checkpoint; rows: OutboxRow[]; records: readonly OutRecord[] } {
    const draft = this.#drafts.get(partition);
    if (draft === undefined) return { checkpoint, rows: [], records: [] };
    const rows = packOutputs(draft.records, checkpoint.outbox_id + 1);
    return {
      checkpoint: { ...checkpoint, sent: draft.sent, outbox_id: checkpoint.outbox_id + rows.length },
      rows,
      records: draft.records,
    };
  }

  #add(checkpoint: Checkpoint, partition: number, record: OutRecord): void {
    let draft = this.#drafts.get(partition);
    if (draft === undefined) this.#drafts.set(partition, (draft = { sent: { ...checkpoint.sent }, records: [] }));
    const counter = `${record.topic}/${record.partition}`;
    const sequence = (draft.sent[counter] ?? 0) + 1;
    draft.sent[counter] = sequence;
    draft.records.push({
      ...record,
      headers: {
        ...record.headers,
        [ORIGIN_HEADER]: originOf(this.#stage, partition, checkpoint.incarnation),
        [SEQUENCE_HEADER]: String(sequence),
      },
    });
  }
}

interface PartitionDraft {
  readonly sent: Record<string, number>;
  readonly records: OutRecord[];
}
