import { protocolOf, type Redirect } from '../fold/key-row.ts';
import { SHARED_KEY } from '../fold/shared-states.ts';
import type { StateCodec } from '../language/logic.ts';
import { type Checkpoint, decodeCheckpoint } from '../ports/checkpoint.ts';
import { originOf } from '../ports/sequence.ts';

/** Runs a statement in a transaction that sees one state of the stage's schema. */
export type SnapshotQuery = <Row>(sql: string, values: readonly unknown[]) => Promise<readonly Row[]>;

/** Which keys of a partition to read: the next ones by name, or those with these names. */
export type AskedKeys = { readonly after: string; readonly limit: number } | { readonly names: readonly string[] };

/** How a stage stores what is read. */
export interface SnapshotCodecs<S, Shared> {
  /** Name of the stage. */
  readonly stage: string;
  /** Topic of its handovers. */
  readonly handover: string;
  readonly state: StateCodec<S>;
  readonly shared: StateCodec<Shared>;
}

/** The committed states of some keys of a partition, and how far all partitions were at that time. */
export interface StageSnapshot<S, Shared> {
  readonly keys: readonly StandingKey<S>[];
  /** Up to which key the partition was read, that one included; null: to its end, or some names were asked. */
  readonly to: string | null;
  /** The partition's shared state; null: it has none. */
  readonly shared: Shared | null;
  /** True while keys have not seen the shared state yet. */
  readonly isSweeping: boolean;
  /** The moment for which the partition last decided, milliseconds since the epoch. */
  readonly momentMs: number;
  /** Of a topic, the offset below which each partition has folded everything. */
  offsets(topic: string): readonly number[];
  /** True if a partition has sent handovers to another that it has not taken. */
  isInFlight(from: number, to: number): boolean;
}

/** One key as its partition committed it. */
export interface StandingKey<S> {
  readonly key: string;
  /** Null if another key absorbed it, or if it is held. */
  readonly state: S | null;
  readonly redirect: Redirect | null;
  /** True while it is held because of a bug. */
  readonly isHeld: boolean;
  /** True while it waits for a handover. */
  readonly isWaiting: boolean;
}

/** Most bytes of states in one answer, beside the first one. */
const STATE_BYTES = 16 * 1024 * 1024;

const NEXT_KEYS = `SELECT key, body, protocol FROM (
    SELECT key, body, protocol, sum(coalesce(octet_length(body), 0)) OVER (ORDER BY key) AS bytes, row_number() OVER (ORDER BY key) AS place
    FROM (SELECT key, body, protocol FROM state WHERE partition = $1 AND key > $2 AND key <> '' ORDER BY key LIMIT $3) AS next
  ) AS sized WHERE bytes <= ${STATE_BYTES} OR place = 1 ORDER BY key`;
const NAMED_KEYS = `SELECT key, body, protocol FROM state WHERE partition = $1 AND key = ANY($2::text[]) AND key <> '' ORDER BY key`;

interface KeyBody {
  readonly key: string;
  readonly body: Buffer | null;
  readonly protocol: string | null;
}

/** Reads keys of a partition from the stage's schema, from outside the stage. */
export async function readStageSnapshot<S, Shared>(
  query: SnapshotQuery,
  codecs: SnapshotCodecs<S, Shared>,
  partition: number,
  asked: AskedKeys,
): Promise<StageSnapshot<S, Shared>> {
  const checkpoints = await readCheckpoints(query);
  const shared = await query<KeyBody>('SELECT body FROM state WHERE partition = $1 AND key = $2', [
    partition,
    SHARED_KEY,
  ]);
  const isNext = 'after' in asked;
  const rows = isNext
    ? await query<KeyBody>(NEXT_KEYS, [partition, asked.after, asked.limit])
    : await query<KeyBody>(NAMED_KEYS, [partition, asked.names]);
  const own = checkpoints.get(partition);
  return {
    keys: rows.map((row) => standingKey(row, codecs.state)),
    to: isNext && (await isMore(query, partition, rows.at(-1)?.key)) ? (rows.at(-1)?.key ?? null) : null,
    shared: shared[0]?.body == null ? null : codecs.shared.decode(shared[0].body),
    isSweeping: own?.sweep_after != null,
    momentMs: own?.momentMs ?? 0,
    offsets: (topic) => offsetsOf(checkpoints, topic),
    isInFlight: (from, to) => isInFlight(checkpoints, codecs, from, to),
  };
}

async function readCheckpoints(query: SnapshotQuery): Promise<ReadonlyMap<number, Checkpoint>> {
  const rows = await query<{ readonly partition: number; readonly revision: string; readonly body: string }>(
    'SELECT partition, revision, body FROM checkpoint',
    [],
  );
  return new Map(rows.map(({ partition, revision, body }) => [partition, decodeCheckpoint(Number(revision), body)]));
}

async function isMore(query: SnapshotQuery, partition: number, last: string | undefined): Promise<boolean> {
  if (last === undefined) return false;
  const found = await query('SELECT 1 FROM state WHERE partition = $1 AND key > $2 LIMIT 1', [partition, last]);
  return found.length > 0;
}

function standingKey<S>({ key, body, protocol }: KeyBody, codec: StateCodec<S>): StandingKey<S> {
  const { redirect, awaiting, held } = protocolOf(protocol);
  const isHeld = held !== null;
  return {
    key,
    state: body === null || redirect !== null || isHeld ? null : codec.decode(body),
    redirect,
    isHeld,
    isWaiting: Object.keys(awaiting).length > 0,
  };
}

function offsetsOf(checkpoints: ReadonlyMap<number, Checkpoint>, topic: string): readonly number[] {
  const partitions = Math.max(-1, ...checkpoints.keys()) + 1;
  return Array.from({ length: partitions }, (_, partition) => checkpoints.get(partition)?.offsets[topic] ?? 0);
}

function isInFlight(
  checkpoints: ReadonlyMap<number, Checkpoint>,
  { stage, handover }: SnapshotCodecs<unknown, unknown>,
  from: number,
  to: number,
): boolean {
  const sender = checkpoints.get(from);
  const sent = sender?.sent[`${handover}/${to}`] ?? 0;
  if (sender === undefined || sent === 0) return false;
  const taken = checkpoints.get(to)?.received[handover]?.[originOf(stage, from, sender.incarnation)] ?? 0;
  return taken < sent;
}
