import type { Topology } from '../language/topology.ts';
import type { Headers, RawRecord } from '../ports/log.ts';
import { headerText, ORIGIN_HEADER, SEQUENCE_HEADER } from '../ports/sequence.ts';

/** Reason of the letter of a record that a bug kept from being processed. */
export const BUG = 'bug';
/** Reason of the letters of later records of the same key: they follow it, in order. */
export const KEY_HELD = 'key_held';

/** Why a record is set aside, for people and for the metrics. */
export interface Refusal {
  readonly reason: string;
  readonly message: string;
  /** True where other parts of the input were processed: a replay would count those twice. */
  readonly in_part?: boolean;
}

/** A letter's name: the origin and sequence it was sent with, which a letter that was sent twice has twice. */
interface LetterName {
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

/** The headers of a record that a stage sets aside: its own, and where it came from, why, when and by which build. */
export function letterHeaders(
  raw: RawRecord,
  why: Refusal,
  by: { readonly stage: string; readonly build: string; readonly now_ms: number },
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
    'hilo-failed-at': new Date(by.now_ms).toISOString(),
    'hilo-build': by.build,
    [PROCESSED]: why.in_part === true ? 'part' : 'none',
    ...(raw.replay_of === undefined ? {} : { [REPLAY_OF]: raw.replay_of }),
  };
}

/** True for a letter of a record that a bug kept from being processed, or that followed one of the same key. */
export function isLetterOfHold({ headers }: RawRecord): boolean {
  const reason = headerText(headers, REASON);
  return reason === BUG || reason === KEY_HELD;
}

/** The name of the letter that a replay is a copy of; null where it is no letter of this stage and partition. */
export function letterName({ headers, partition }: RawRecord, stage: string): LetterName | null {
  const origin = headerText(headers, ORIGIN_HEADER);
  const sequence = headerText(headers, SEQUENCE_HEADER);
  const prefix = `${stage}/${partition}/`;
  const is_ours = origin.startsWith(prefix) && !origin.slice(prefix.length).includes('/');
  return is_ours && /^\d{1,15}$/.test(sequence) ? { origin, sequence: Number(sequence) } : null;
}

/**
 * The record that a letter was, at its own topic, offset and time; null where the letter doesn't say so, or may not be
 * processed by this stage again.
 */
export function recordOfLetter(letter: RawRecord, topology: Topology): RawRecord | null {
  const { headers, partition } = letter;
  const name = letterName(letter, topology.stage);
  const topic = headerText(headers, SOURCE_TOPIC);
  const offset = headerText(headers, SOURCE_OFFSET);
  // The same partition, or the record's key would be folded where another instance may own its state.
  const is_placed = headerText(headers, SOURCE_PARTITION) === String(partition) && /^\d{1,15}$/.test(offset);
  if (name === null || !is_placed || !topology.sources.includes(topic)) return null;
  if (headerText(headers, PROCESSED) !== 'none') return null;
  const time = headerText(headers, SOURCE_TIME);
  const timestamp_ms = /^\d{1,15}$/.test(time) ? Number(time) : letter.timestamp_ms;
  // A letter from before topics' ids were known says none; its own topic's would be another record's place.
  const topic_id = headerText(headers, SOURCE_TOPIC_ID) || undefined;
  const replay_of = `${name.origin}#${name.sequence}`;
  return { ...letter, topic, topic_id, offset: Number(offset), timestamp_ms, replay_of };
}
