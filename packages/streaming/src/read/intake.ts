import { type Handover, TOPICS } from '@hilo/schemas';
import type { LogPosition } from '../language/input.ts';
import type { Topology } from '../language/topology.ts';
import type { Checkpoint, OffsetRange } from '../ports/checkpoint.ts';
import type { RecordCodec } from '../ports/codec.ts';
import type { RawRecord } from '../ports/log.ts';
import {
  type Admission,
  admit,
  headerText,
  ORIGIN_HEADER,
  SEQUENCE_HEADER,
  type SourceRules,
  sourceRules,
} from '../ports/sequence.ts';
import type { AnyRecord, BatchInput } from './batch-input.ts';
import { isDeadLetterOfHold, deadLetterName, recordOfDeadLetter } from './dead-letter.ts';
import { withReplayed } from './replayed-dead-letters.ts';

const RULES = sourceRules(TOPICS);
/** Most earlier incarnations of a checkpoint whose replayed dead letters are remembered. */
const OTHERS_REPLAYED = 8;

/** What origin headers mean in the topics that a stage reads. */
export function rulesOf({ stage, replay }: Topology): SourceRules {
  return replay === undefined ? RULES : { ...RULES, replays: { stage, topic: replay } };
}

/** A record that cannot be decoded. */
export interface Poison {
  readonly kind: 'poison';
  readonly partition: number;
  readonly reason: string;
  readonly message: string;
}

/** An entry of a batch: what to fold (or why it cannot be), and the record it came as, if any. */
export interface Slot {
  readonly raw: RawRecord | null;
  readonly input: BatchInput | Poison;
}

/** Records taken from a poll, with the resulting positions. */
export interface Admitted {
  readonly taken: readonly RawRecord[];
  readonly duplicates: number;
  /** Replays of dead letters that were replayed before. */
  readonly replayed_before: number;
  /** Partitions with a missing record; nothing after the gap was taken. */
  readonly gaps: ReadonlyMap<number, string>;
  readonly checkpoints: ReadonlyMap<number, Checkpoint>;
}

/**
 * Puts records into the broker's order, as far as they came together, so that a merge notice does not overtake earlier
 * records of another topic. Within a millisecond, the topic named first comes first. The order within a topic's
 * partition stays.
 */
export function inTimeOrder(records: readonly RawRecord[], topics: readonly string[]): readonly RawRecord[] {
  // By topic, then partition: the times of the latest records.
  const latest_ms = topics.map((): number[] => []);
  const ranked = records.map((record) => {
    const place = topics.indexOf(record.topic);
    const latest = latest_ms[place] ?? [];
    const rankMs = Math.max(record.timestamp_ms, latest[record.partition] ?? -Infinity);
    latest[record.partition] = rankMs;
    return { record, rankMs, place };
  });
  return ranked.sort((a, b) => a.rankMs - b.rankMs || a.place - b.place).map(({ record }) => record);
}

/** Takes each record once, by origin and sequence, and moves the positions past it. */
export function admitRecords(
  records: readonly RawRecord[],
  before: ReadonlyMap<number, Checkpoint>,
  rules: SourceRules,
): Admitted {
  const taken: RawRecord[] = [];
  const gaps = new Map<number, string>();
  const drafts = new Map<number, Draft>();
  let duplicates = 0;
  let replayed_before = 0;
  for (const record of records) {
    const { partition } = record;
    const checkpoint = before.get(partition);
    if (checkpoint === undefined || gaps.has(partition)) continue;
    let draft = drafts.get(partition);
    if (draft === undefined) drafts.set(partition, (draft = draftOf(checkpoint)));
    if (record.offset < (draft.offsets[record.topic] ?? 0)) continue;
    const admission = admitOne(record, draft, rules);
    if (admission === 'gap') {
      gaps.set(partition, `${record.topic} at offset ${record.offset}`);
      continue;
    }
    draft.offsets[record.topic] = record.offset + 1;
    if (admission === 'take') taken.push(record);
    else if (record.topic === rules.replays?.topic) replayed_before += 1;
    else duplicates += 1;
  }
  const checkpoints = new Map<number, Checkpoint>();
  for (const [partition, draft] of drafts) checkpoints.set(partition, { ...draft.base, ...draft.positions() });
  return { taken, duplicates, replayed_before, gaps, checkpoints };
}

interface Draft {
  readonly base: Checkpoint;
  readonly offsets: Record<string, number>;
  readonly received: Record<string, Record<string, number>>;
  readonly replayed: Record<string, readonly OffsetRange[]>;
  positions(): Pick<Checkpoint, 'offsets' | 'received' | 'replayed'>;
}

function draftOf(base: Checkpoint): Draft {
  const offsets = { ...base.offsets };
  const received: Record<string, Record<string, number>> = {};
  for (const [topic, origins] of Object.entries(base.received)) received[topic] = { ...origins };
  const replayed = { ...base.replayed };
  return { base, offsets, received, replayed, positions: () => ({ offsets, received, replayed }) };
}

function admitOne(record: RawRecord, draft: Draft, rules: SourceRules): Admission {
  if (rules.open.has(record.topic)) return 'take';
  if (record.topic === rules.replays?.topic) return admitReplay(record, draft, rules.replays.stage);
  const origin = headerText(record.headers, ORIGIN_HEADER);
  const text = headerText(record.headers, SEQUENCE_HEADER);
  const known = Object.hasOwn(draft.received[record.topic] ?? {}, origin);
  if (!(known || /^[^/]+\/\d+\/[^/]+$/.test(origin)) || !/^\d{1,15}$/.test(text)) return 'take';
  const sequence = Number(text);
  const origins = (draft.received[record.topic] ??= {});
  const admission = admit(origins[origin], sequence, rules.compacted.has(record.topic));
  if (admission === 'take') origins[origin] = sequence;
  return admission;
}

/**
 * Takes a dead letter once, whenever and however often it is replayed. Takes a record that is none, too: it becomes a
 * dead letter.
 */
function admitReplay(record: RawRecord, { base, replayed }: Draft, stage: string): Admission {
  const name = deadLetterName(record, stage);
  if (name === null) return 'take';
  const ranges = withReplayed(replayed[name.origin] ?? [], name.sequence);
  if (ranges === null) return 'drop';
  replayed[name.origin] = ranges;
  const others = Object.keys(replayed).filter((origin) => !origin.endsWith(`/${base.incarnation}`));
  const [oldest] = others;
  if (oldest !== undefined && others.length > OTHERS_REPLAYED) delete replayed[oldest];
  return 'take';
}

/**
 * Decodes records. Replayed dead letters become the original records. Handovers are opened, and the late records in
 * them decoded too. Throws a `retriable` error while the registry is unavailable.
 */
export async function decodeRecords(
  records: readonly RawRecord[],
  codec: RecordCodec,
  topology: Topology,
  handoverTopic: string | null,
): Promise<Slot[]> {
  await codec.learn(valuesOf(records));
  const slots = records.map((record): Slot => {
    if (record.topic !== topology.replay) return decodeOne(record, codec);
    const raw = recordOfDeadLetter(record, topology);
    return raw === null ? { raw: record, input: badReplay(record.partition) } : decodeOne(raw, codec);
  });
  if (handoverTopic === null) return slots;
  const inner: Buffer[] = [];
  for (const { input } of slots) {
    if (input.kind !== 'record' || input.topic !== handoverTopic) continue;
    const handover = input.value as Handover;
    if (handover.kind === 'forward' && handover.value !== null) inner.push(handover.value);
  }
  if (inner.length > 0) await codec.learn(inner);
  return slots.map((slot) =>
    slot.input.kind === 'record' && slot.input.topic === handoverTopic
      ? { raw: slot.raw, input: openHandover(slot.input, codec) }
      : slot,
  );
}

/** A record that holds its partition, and why. */
export interface Unreadable {
  readonly raw: RawRecord;
  readonly reason: string;
}

/**
 * The first record of each partition that cannot be decoded although only Hilo writes to its topic: it holds the
 * partition. With an empty or outdated registry, a whole topic would become dead letters.
 */
export function firstUnreadable(
  slots: readonly Slot[],
  before: ReadonlyMap<number, Checkpoint>,
  { internal }: SourceRules,
): ReadonlyMap<number, Unreadable> {
  const first = new Map<number, Unreadable>();
  for (const { raw, input } of slots) {
    if (input.kind !== 'poison' || raw === null || raw.replayOf !== undefined || !internal.has(raw.topic)) continue;
    if (before.get(raw.partition)?.set_aside[raw.topic]?.includes(raw.offset) === true) continue;
    if (!first.has(raw.partition)) first.set(raw.partition, { raw, reason: input.reason });
  }
  return first;
}

function badReplay(partition: number): Poison {
  return poison(partition, 'bad_replay', 'Not a dead letter of this stage and partition that can be processed again.');
}

function* valuesOf(records: readonly RawRecord[]): Generator<Buffer> {
  for (const { value } of records) if (value !== null) yield value;
}

function decodeOne(raw: RawRecord, codec: RecordCodec): Slot {
  if (raw.value === null) return { raw, input: poison(raw.partition, 'no_value', 'The record has no value.') };
  const decoded = codec.decode(raw.topic, raw.value);
  if (!decoded.ok) return { raw, input: poison(raw.partition, decoded.reason, decoded.message) };
  const input: AnyRecord = {
    kind: 'record',
    topic: raw.topic,
    partition: raw.partition,
    offset: raw.offset,
    key: raw.key?.toString() ?? null,
    value: decoded.value,
    timestamp_ms: raw.timestamp_ms,
    bytes: raw.value,
    isReplay: raw.replayOf !== undefined,
    wasHeld: raw.replayOf !== undefined && isDeadLetterOfHold(raw),
    logPosition: positionOf(raw),
  };
  return { raw, input };
}

function positionOf({ topic_id, partition, offset }: RawRecord): LogPosition | undefined {
  return topic_id === undefined ? undefined : { topic_id, partition, offset };
}

function openHandover(record: AnyRecord, codec: RecordCodec): BatchInput | Poison {
  const handover = record.value as Handover;
  const { partition, topic, offset, wasHeld } = record;
  if (handover.kind === 'state') return { kind: 'state', partition, offset, wasHeld, handover, topic };
  if (handover.kind !== 'forward' || handover.value === null || handover.topic === null) {
    return poison(partition, 'bad_handover', 'A handover must be of kind state, or forward with a topic and a value.');
  }
  const decoded = codec.decode(handover.topic, handover.value);
  if (!decoded.ok) return poison(partition, decoded.reason, decoded.message);
  const inner: AnyRecord = {
    ...record,
    topic: handover.topic,
    key: handover.to_key,
    value: decoded.value,
    timestamp_ms: handover.timestamp,
    bytes: handover.value,
    logPosition: handover.position ?? undefined,
    mark: handover.mark,
  };
  return { kind: 'forwarded', partition, offset, wasHeld, handover, topic, record: inner };
}

function poison(partition: number, reason: string, message: string): Poison {
  return { kind: 'poison', partition, reason, message };
}
