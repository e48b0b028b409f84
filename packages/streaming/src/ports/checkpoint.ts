/** How far a partition of a stage is: the truth from which inputs are read after any end of the process. */
export interface Checkpoint {
  /** Grows with each commit; after an unknown outcome, it shows whether the commit happened. */
  readonly revision: number;
  /** Created once with the checkpoint; part of the origin of every output. */
  readonly incarnation: string;
  /** Incarnations that it replaced in repairs, newest last. */
  readonly former: readonly string[];
  /** Next offset to read, by topic. */
  readonly offsets: Readonly<Record<string, number>>;
  /** Last sequence read, by topic and origin. */
  readonly received: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Last sequence sent, by `topic/partition`. */
  readonly sent: Readonly<Record<string, number>>;
  /** Id of the last outbox row. */
  readonly outbox_id: number;
  /** Position of a sweep of all keys: the last key visited; null: no sweep is in progress. */
  readonly sweep_after: string | null;
  /** A loader's intent: the exact ranges it is inserting, by topic; null: none. */
  readonly intent: Readonly<Record<string, OffsetRange>> | null;
  /** Sequences of replayed dead letters, by their origin: each is taken once. */
  readonly replayed: Readonly<Record<string, readonly OffsetRange[]>>;
  /** Offsets by topic of records that an operator decided to dead-letter instead of holding the partition. */
  readonly set_aside: Readonly<Record<string, readonly number[]>>;
  /** The moment for which the partition last decided, milliseconds since the epoch; 0: it has decided nothing. */
  readonly momentMs: number;
  /** Up to when it has decided while an origin was released, milliseconds since the epoch; 0: all is proven. */
  readonly unproven_to_ms: number;
  /** Handovers that it has sent and that are not known to have been taken. */
  readonly holds: readonly HandoverHold[];
}

/** What was handed over to a partition, up to a sequence, and the time before which nothing of it was received. */
export interface HandoverHold {
  readonly to: number;
  readonly sequence: number;
  readonly from_ms: number;
  /** Incarnation of the sequence; absent: the checkpoint's own. */
  readonly incarnation?: string;
}

/** Handovers to one partition that are kept apart; more count as one, from the earliest time to the last sequence. */
const HOLDS_A_PARTITION = 8;

/** The handovers in flight and one more. */
export function withHold(holds: readonly HandoverHold[], hold: HandoverHold): readonly HandoverHold[] {
  const same = holds.filter(({ to, incarnation }) => to === hold.to && incarnation === hold.incarnation);
  const last = same.at(-1);
  if (last === undefined || same.length < HOLDS_A_PARTITION) return [...holds, hold];
  const joined = { ...hold, from_ms: Math.min(last.from_ms, hold.from_ms) };
  return [...holds.filter((one) => one !== last), joined];
}

/** Offsets or sequences from `from` up to but not including `to`. */
export interface OffsetRange {
  readonly from: number;
  readonly to: number;
}

/** The checkpoint of a partition that was never processed. */
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
    momentMs: 0,
    unproven_to_ms: 0,
    holds: [],
  };
}

/** JSON text of a checkpoint without its revision, which has its own column. */
export function encodeCheckpoint(checkpoint: Checkpoint): string {
  const { revision: _revision, momentMs: moment_ms, ...body } = checkpoint;
  return JSON.stringify({ ...body, moment_ms });
}

/** Reads what any version of `encodeCheckpoint` wrote. */
export function decodeCheckpoint(revision: number, body: string): Checkpoint {
  const { moment_ms: momentMs = 0, ...written } = JSON.parse(body) as WrittenCheckpoint;
  return { ...newCheckpoint(written.incarnation), ...written, momentMs, revision };
}

/** A checkpoint as some release wrote it: what came later may be missing. */
interface WrittenCheckpoint extends Partial<Omit<Checkpoint, 'momentMs' | 'incarnation'>> {
  readonly incarnation: string;
  readonly moment_ms?: number;
}
