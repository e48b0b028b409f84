/** How far a partition of a stage is: the truth that inputs are read from after any end of the process. */
export interface Checkpoint {
  /** Grows with each commit; tells after an unknown outcome whether the commit happened. */
  readonly revision: number;
  /** Made once with the checkpoint; part of the origin of every output. */
  readonly incarnation: string;
  /** Incarnations that it took the place of in repairs, the newest last. */
  readonly former: readonly string[];
  /** Next offset to read, by topic. */
  readonly offsets: Readonly<Record<string, number>>;
  /** Last sequence taken, by topic and origin. */
  readonly received: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Last sequence given, by `topic/partition`. */
  readonly sent: Readonly<Record<string, number>>;
  /** Id of the last outbox row. */
  readonly outbox_id: number;
  /** Where a sweep of all keys stands: the last key visited; null: no sweep is under way. */
  readonly sweep_after: string | null;
  /** A loader's intent: the exact ranges it is inserting, by topic; null: none. */
  readonly intent: Readonly<Record<string, OffsetRange>> | null;
  /** Sequences of the dead letters that were replayed, by their origin: each is taken once. */
  readonly replayed: Readonly<Record<string, readonly OffsetRange[]>>;
  /** Offsets by topic of records that somebody decided to set aside though they would hold the partition. */
  readonly set_aside: Readonly<Record<string, readonly number[]>>;
  /** The moment for which the partition decided last, milliseconds since the epoch; 0: it has decided nothing. */
  readonly moment_ms: number;
  /** Up to when it has decided with an origin left out that was released, milliseconds since the epoch; 0: all is proven. */
  readonly unproven_to_ms: number;
  /** Hand-overs that it has sent and that nobody is known to have taken. */
  readonly holds: readonly HandoverHold[];
}

/** What was handed over to a partition, up to a sequence, and the time before which nothing of it was received. */
export interface HandoverHold {
  readonly to: number;
  readonly sequence: number;
  readonly from_ms: number;
  /** Incarnation that the sequence is of; absent: the checkpoint's own. */
  readonly incarnation?: string;
}

/** Hand-overs to one partition that are kept apart; more count as one, from the earliest time to the last sequence. */
const HOLDS_A_PARTITION = 8;

/** The hand-overs under way and one more. */
export function withHold(holds: readonly HandoverHold[], hold: HandoverHold): readonly HandoverHold[] {
  const same = holds.filter(({ to, incarnation }) => to === hold.to && incarnation === hold.incarnation);
  const last = same.at(-1);
  if (last === undefined || same.length < HOLDS_A_PARTITION) return [...holds, hold];
  const joined = { ...hold, from_ms: Math.min(last.from_ms, hold.from_ms) };
  return [...holds.filter((one) => one !== last), joined];
}

/** Offsets or sequences from `from` on, up to but without `to`. */
export interface OffsetRange {
  readonly from: number;
  readonly to: number;
}

/** The checkpoint of a partition never processed. */
export function newCheckpoint(incarnation: string): Checkpoint {
  return {
    revision: 0,
    incarnation,
    former: [],
    offsets: {},
    received: {},
    sent: {},
    outbox_id: 0,
    sweep_after: null,
    intent: null,
    replayed: {},
    set_aside: {},
    moment_ms: 0,
    unproven_to_ms: 0,
    holds: [],
  };
}

/** JSON text of a checkpoint without its revision, which is a column of its own. */
export function encodeCheckpoint(checkpoint: Checkpoint): string {
  const { revision: _revision, ...body } = checkpoint;
  return JSON.stringify(body);
}

/** Reads what any version of `encodeCheckpoint` wrote. */
export function decodeCheckpoint(revision: number, body: string): Checkpoint {
  const parsed = JSON.parse(body) as Partial<Checkpoint> & { incarnation: string };
  return { ...newCheckpoint(parsed.incarnation), ...parsed, revision };
}
