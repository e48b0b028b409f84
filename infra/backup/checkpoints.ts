import { randomUUID } from 'node:crypto';
import { STAGES } from '@hilo/schemas';
import type { Client } from 'pg';

/** The one topic that producers outside Hilo write to, and from which everything else can be computed. */
export const FIRST_TOPIC = 'events.received';

/** How far one partition of a stage is. */
export interface StagePosition {
  readonly stage: string;
  readonly partition: number;
  /** Next offset to read, by topic. */
  readonly offsets: Readonly<Record<string, number>>;
  /** JSON text of the checkpoint. */
  readonly body: string;
}

/** Partitions and end of a topic, from `fetchTopicOffsets`: by topic, then partition. */
export type LogEnds = Readonly<Record<string, ReadonlyMap<number, { readonly low: number; readonly high: number }>>>;

/** The checkpoints of every stage. */
export async function readPositions(client: Client): Promise<readonly StagePosition[]> {
  const found = await Promise.all(
    STAGES.map(async (stage) => {
      const { rows } = await client.query<{ partition: number; body: string }>(
        `SELECT partition, body FROM ${stage}.checkpoint ORDER BY partition`,
      );
      return rows.map(({ partition, body }) => {
        const { offsets = {} } = JSON.parse(body) as { offsets?: Record<string, number> };
        return { stage, partition, offsets, body };
      });
    }),
  );
  return found.flat();
}

/**
 * What stages have not read, one line each; empty: drained. Ignores what waits in `events.received`: whoever reads it
 * later reads all of it.
 */
export function unread(positions: readonly StagePosition[], ends: LogEnds): readonly string[] {
  return positions.flatMap(({ stage, partition, offsets }) =>
    Object.entries(offsets).flatMap(([topic, offset]) => {
      const missing = (ends[topic]?.get(partition)?.high ?? 0) - offset;
      return topic === FIRST_TOPIC || missing <= 0 ? [] : [`${stage} has not read ${missing} of ${topic}/${partition}`];
    }),
  );
}

/**
 * The checkpoint to continue with if all topics but `events.received` are new and empty. Sequences stay, because
 * senders continue counting. History gets a new incarnation, because ranges of offsets that it has inserted come again
 * with other records.
 */
export function recoveredBody({ stage, partition, body }: StagePosition, ends: LogEnds): string {
  const checkpoint = JSON.parse(body) as { incarnation: string; offsets?: Record<string, number> };
  const offset = checkpoint.offsets?.[FIRST_TOPIC];
  const log = ends[FIRST_TOPIC]?.get(partition);
  // A log without the offset is another one: it is read from its beginning.
  const goesOn = offset !== undefined && log !== undefined && log.low <= offset && offset <= log.high && log.high > 0;
  return JSON.stringify({
    ...checkpoint,
    offsets: goesOn ? { [FIRST_TOPIC]: offset } : {},
    intent: null,
    ...(stage === 'history' ? { incarnation: randomUUID() } : {}),
  });
}

/** What a stage reported to Kafka about a partition, by topic: offsets up to which everything is done and committed. */
export type ReportedOffsets = Readonly<Record<string, number>>;

/** Most incarnations that a repaired checkpoint remembers as replaced. */
const FORMER = 8;

/** Sequences of dead letters, from `from` up to but without `to`. */
interface SequenceRange {
  readonly from: number;
  readonly to: number;
}

/** What a checkpoint says of what its partition sent. */
interface SentBefore {
  readonly incarnation: string;
  /** Last sequence sent, by `topic/partition`. */
  readonly sent?: Readonly<Record<string, number>>;
  /** Dead letters that were replayed, by their origin. */
  readonly replayed?: Readonly<Record<string, readonly SequenceRange[]>>;
}

/**
 * The dead letters that a repaired checkpoint takes no replay of. The records of the lost commits are read again, so a
 * replay of the dead letters that those commits sent would count the records a second time.
 */
function replayedAfterLostCommits(
  { stage, partition }: StagePosition,
  { incarnation, sent = {}, replayed = {} }: SentBefore,
  unknown: readonly string[],
): Readonly<Record<string, readonly SequenceRange[]>> {
  const lostFrom = (of: string, sequence: number): [string, readonly SequenceRange[]] => {
    const origin = `${stage}/${partition}/${of}`;
    const before = (replayed[origin] ?? []).filter(({ to }) => to <= sequence);
    return [origin, [...before, { from: sequence, to: Number.MAX_SAFE_INTEGER }]];
  };
  const last = sent[`${stage}.dead-letter/${partition}`] ?? 0;
  return {
    ...replayed,
    ...Object.fromEntries([lostFrom(incarnation, last + 1), ...unknown.map((of) => lostFrom(of, 1))]),
  };
}

/**
 * The checkpoint to continue with after a store lost its last commits (docs/operating.md#a-partition-is-not-started). A
 * new incarnation numbers its outputs from one, so that none is taken for a repeat of an earlier output with the same
 * sequence. It names the incarnations that it replaces: the previous one, and `incarnations`, which Kafka knows.
 * History continues at its reported position, because ClickHouse has all rows up to there.
 */
export function bodyAfterLostCommits(
  position: StagePosition,
  reported: ReportedOffsets,
  incarnations: readonly string[] = [],
): string {
  const { stage, body, offsets } = position;
  const checkpoint = JSON.parse(body) as SentBefore & {
    received?: Record<string, object>;
    former?: readonly string[];
    holds?: readonly object[];
  };
  const passed =
    stage === 'history' ? Object.keys(reported).filter((topic) => (reported[topic] ?? 0) > (offsets[topic] ?? 0)) : [];
  const known = [...(checkpoint.former ?? []), checkpoint.incarnation];
  const unknown = incarnations.filter((one) => !known.includes(one));
  return JSON.stringify({
    ...checkpoint,
    incarnation: randomUUID().slice(0, 8),
    former: [...new Set([...known, ...incarnations])].slice(-FORMER),
    // History passes over the records of the lost commits: their dead letters are the only ones.
    ...(stage === 'history' ? {} : { replayed: replayedAfterLostCommits(position, checkpoint, unknown) }),
    sent: {},
    intent: null,
    // The previous incarnation numbered the handovers in flight.
    holds: (checkpoint.holds ?? []).map((hold) => ({ incarnation: checkpoint.incarnation, ...hold })),
    offsets: { ...offsets, ...Object.fromEntries(passed.map((topic) => [topic, reported[topic]])) },
    // The skipped records advanced the sequences.
    received: Object.fromEntries(
      Object.entries(checkpoint.received ?? {}).filter(([topic]) => !passed.includes(topic)),
    ),
  });
}

/**
 * The checkpoint to continue with after a log lost unread records: they are skipped, and so is the gap in their
 * sequences. A loader's intent stays: what is left of its ranges is loaded as it says.
 */
export function bodyAfterLostRecords({ body, offsets }: StagePosition, topic: string, offset: number): string {
  const checkpoint = JSON.parse(body) as { received?: Record<string, object> };
  const { [topic]: _forgotten, ...received } = checkpoint.received ?? {};
  return JSON.stringify({ ...checkpoint, offsets: { ...offsets, [topic]: offset }, received });
}

/**
 * Writes one repaired checkpoint, and fences the partition's reader. Throws if it changed meanwhile, or does not exist.
 */
export async function writeRepaired(client: Client, position: StagePosition, body: string): Promise<void> {
  const { rowCount } = await client.query(
    `UPDATE ${position.stage}.checkpoint SET epoch = epoch + 1, revision = revision + 1, body = $2
     WHERE partition = $1 AND body = $3`,
    [position.partition, body, position.body],
  );
  if (rowCount !== 1) throw new Error(`the checkpoint of ${position.stage}/${position.partition} changed: look again`);
}

/** Writes the checkpoints to continue with, all or none, and clears the partitions' owners. */
export async function writeRecovered(
  client: Client,
  positions: readonly StagePosition[],
  ends: LogEnds,
): Promise<void> {
  await client.query('BEGIN');
  for (const position of positions) {
    await client.query(
      `UPDATE ${position.stage}.checkpoint
       SET epoch = epoch + 1, lease_owner = NULL, lease_until = NULL, body = $2 WHERE partition = $1`,
      [position.partition, recoveredBody(position, ends)],
    );
  }
  await client.query('COMMIT');
}
