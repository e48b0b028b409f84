import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import { STAGE_SCHEMAS } from '../setup/migrate-postgres.ts';

/** The one topic that producers outside of Hilo write, and that everything else can be worked out from. */
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

/** Where every stage stands. */
export async function readPositions(client: Client): Promise<readonly StagePosition[]> {
  const found = await Promise.all(
    STAGE_SCHEMAS.map(async (stage) => {
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
 * What stages have not read, one line each; empty: drained. What waits in `events.received` doesn't count: whoever reads it
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
 * The checkpoint to go on with where all topics but `events.received` are new: nothing of them is read. Sequences stay, as
 * senders go on counting where they were. The incarnation of history is new, as ranges of offsets that it has inserted
 * come again with other records.
 */
export function recoveredBody({ stage, partition, body }: StagePosition, ends: LogEnds): string {
  const checkpoint = JSON.parse(body) as { incarnation: string; offsets?: Record<string, number> };
  const offset = checkpoint.offsets?.[FIRST_TOPIC];
  const log = ends[FIRST_TOPIC]?.get(partition);
  // A log that doesn't hold the offset is another one: it is read from its beginning.
  const goes_on = offset !== undefined && log !== undefined && log.low <= offset && offset <= log.high && log.high > 0;
  return JSON.stringify({
    ...checkpoint,
    offsets: goes_on ? { [FIRST_TOPIC]: offset } : {},
    intent: null,
    ...(stage === 'history' ? { incarnation: randomUUID() } : {}),
  });
}

/** Writes the checkpoints to go on with, all or none, and forgets who held the partitions. */
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
