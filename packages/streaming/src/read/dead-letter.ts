import type { Topology } from '../language/topology.ts';
import type { Headers, RawRecord } from '../ports/log.ts';
import { headerText, ORIGIN_HEADER, SEQUENCE_HEADER } from '../ports/sequence.ts';

/** Reason of a dead letter that a bug caused. */
export const BUG = 'bug';
/** Reason of the dead letters of later records of the same key: they follow it, in order. */
export const KEY_HELD = 'key_held';

/** Why a record becomes a dead letter, for people and for the metrics. */
export interface Refusal {
  readonly reason: string;
  readonly message: string;
  /** True if other parts of the input were processed: a replay would count those twice. */
  readonly inPart?: boolean;
}

/** A dead letter's name: its origin and sequence. If it was sent twice, both copies have the same name. */
interface DeadLetterName {
  readonly origin: string;
  readonly sequence: number;
}

const SOURCE_TOPIC = 'hilo-source-topic';
const SOURCE_TOPIC_ID = 'hilo-source-topic-id';
const SOURCE_PARTITION = 'hilo-source-partition';
const SOURCE_OFFSET = 'hilo-source-offset';
const SOURCE_TIME = 'hilo-source-time';
const REASON = 'hilo-reason';
const PROCESSED = 'hilo-processed';
const REPLAY_OF = 'hilo-replay-of';
const OURS = new Set([ORIGIN_HEADER, SEQUENCE_HEADER, REPLAY_OF]);

/** The headers of a dead letter: the record's own, and where it came from, why, when and from which build. */
export function deadLetterHeaders(
  raw: RawRecord,
  why: Refusal,
  by: { readonly stage: string; readonly build: string; readonly nowMs: number },
): Headers<string | Buffer> {
  const kept = Object.entries(raw.headers).filter(([name]) => !OURS.has(name));
  return {
    ...Object.fromEntries(kept),
    [SOURCE_TOPIC]: raw.topic,
    ...(raw.topic_id === undefined ? {} : { [SOURCE_TOPIC_ID]: raw.topic_id }),
    [SOURCE_PARTITION]: String(raw.partition),
    [SOURCE_OFFSET]: String(raw.offset),
    [SOURCE_TIME]: String(raw.timestamp_ms),
    'hilo-stage': by.stage,
    [REASON]: why.reason,
    'hilo-message': why.message,
    'hilo-failed-at': new Date(by.nowMs).toISOString(),
    'hilo-build': by.build,
    [PROCESSED]: why.inPart === true ? 'part' : 'none',
    ...(raw.replayOf === undefined ? {} : { [REPLAY_OF]: raw.replayOf }),
  };
}

/** True for the dead letter of a record that triggered a bug, or that followed one of the same key. */
export function isDeadLetterOfHold({ headers }: RawRecord): boolean {
  const reason = headerText(headers, REASON);
  return reason === BUG || reason === KEY_HELD;
}

/** The name of the dead letter that a replay copies; null if it is not a dead letter of this stage and partition. */
export function deadLetterName({ headers, partition }: RawRecord, stage: string): DeadLetterName | null {
  const origin = headerText(headers, ORIGIN_HEADER);
  const sequence = headerText(headers, SEQUENCE_HEADER);
  const prefix = `${stage}/${partition}/`;
  const isOurs = origin.startsWith(prefix) && !origin.slice(prefix.length).includes('/');
  return isOurs && /^\d{1,15}$/.test(sequence) ? { origin, sequence: Number(sequence) } : null;
}

/**
 * The original record of a dead letter, at its own topic, offset and time; null if the dead letter does not say, or
 * this stage may not process it again.
 */
export function recordOfDeadLetter(deadLetter: RawRecord, topology: Topology): RawRecord | null {
  const { headers, partition } = deadLetter;
  const name = deadLetterName(deadLetter, topology.stage);
  const topic = headerText(headers, SOURCE_TOPIC);
  const offset = headerText(headers, SOURCE_OFFSET);
  // The same partition; otherwise the record's key would be folded where another instance may own its state.
  const isPlaced = headerText(headers, SOURCE_PARTITION) === String(partition) && /^\d{1,15}$/.test(offset);
  if (name === null || !isPlaced || !topology.sources.includes(topic)) return null;
  if (headerText(headers, PROCESSED) !== 'none') return null;
  const time = headerText(headers, SOURCE_TIME);
  const timestamp_ms = /^\d{1,15}$/.test(time) ? Number(time) : deadLetter.timestamp_ms;
  // A dead letter from before topic ids existed has none; its own topic's id would name another record.
  const topic_id = headerText(headers, SOURCE_TOPIC_ID) || undefined;
  const replayOf = `${name.origin}#${name.sequence}`;
  return { ...deadLetter, topic, topic_id, offset: Number(offset), timestamp_ms, replayOf };
}
