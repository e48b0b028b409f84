import { randomUUID } from 'node:crypto';
import { BatchTooLargeError, STATE_BYTES } from '../commit/batch-bytes.ts';
import type { Statement } from '../language/logic.ts';
import { LEASE_MS } from '../partitions/owned-partition.ts';
import { decodeCheckpoint, encodeCheckpoint, newCheckpoint } from '../ports/checkpoint.ts';
import type {
  Acquired,
  CommitResult,
  DueKey,
  DueWindow,
  OutboxRow,
  PartitionCommit,
  StageStore,
  Standing,
  StateRow,
} from '../ports/store.ts';
import { compose } from './compose-commit.ts';
import { restore } from './outbox-bytes.ts';
import { PostgresConnection, sqlState } from './postgres-connection.ts';
import { commitStatements, CONFLICT, FENCED, stateStatement } from './stage-statements.ts';

/**
 * How the statements of a stage are planned. All of them go by primary key, with keys in arrays, so generic plans serve
 * them all. Statistics of tables that fill and empty by the second mislead the planner: it read the whole outbox, and
 * planned each statement again, for a third of PostgreSQL's time.
 */
const PLANNING = '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off';

/** The durable side of a stage in its own PostgreSQL schema, over one connection: a commit is one round trip. */
export class PostgresStageStore implements StageStore {
  readonly #connection: PostgresConnection;
  readonly #owner: string;

  /** `schema`: the stage's PostgreSQL schema. `owner`: a name for this instance, unique per process. */
  constructor(options: { url: string; schema: string; owner: string }) {
    if (!/^[a-z_]+$/.test(options.schema)) throw new Error('a schema name has lower-case letters and underscores only');
    this.#owner = options.owner;
    this.#connection = new PostgresConnection({
      connectionString: options.url,
      application_name: `hilo ${options.owner}`,
      options: `-c search_path=${options.schema} ${PLANNING}`,
      connectionTimeoutMillis: 5_000,
      query_timeout: 30_000,
      keepAlive: true,
    });
  }

  async start(): Promise<void> {
    await this.#connection.open();
  }

  async acquire(partitions: readonly number[]): Promise<readonly Acquired[]> {
    return this.#connection.transaction(async (client) => {
      const fresh = partitions.map(() => encodeCheckpoint(newCheckpoint(randomUUID().slice(0, 8))));
      await client.query(
        `INSERT INTO checkpoint (partition, epoch, revision, body)
         SELECT p, 0, 0, b FROM unnest($1::int[], $2::text[]) AS u(p, b) ON CONFLICT DO NOTHING`,
        [partitions, fresh],
      );
      const taken = await client.query<{
        partition: number;
        epoch: string;
        revision: string;
        body: string;
        left_ms: number;
      }>(
        `UPDATE checkpoint c SET epoch = greatest(c.epoch + 1, ${NOW_MS}) FROM (
           SELECT partition FROM checkpoint WHERE partition = ANY($1::int[]) ORDER BY partition FOR UPDATE) AS l
         WHERE c.partition = l.partition
         RETURNING c.partition, c.epoch, c.revision, c.body, ${LEASE_LEFT} AS left_ms`,
        [partitions, this.#owner],
      );
      const outbox = await client.query<{ partition: number; id: string; body: Buffer }>(
        'SELECT partition, id, body FROM outbox WHERE partition = ANY($1::int[]) ORDER BY partition, id',
        [partitions],
      );
      return taken.rows.map((row) => ({
        partition: row.partition,
        epoch: Number(row.epoch),
        checkpoint: decodeCheckpoint(Number(row.revision), row.body),
        outbox: outbox.rows
          .filter((found) => found.partition === row.partition)
          .map((found): OutboxRow => ({ id: Number(found.id), body: restore(found.body) })),
        leaseLeftMs: row.left_ms,
      }));
    });
  }

  async checkpoints(): Promise<readonly Pick<Acquired, 'partition' | 'checkpoint'>[]> {
    const rows = await this.rows<{ partition: number; revision: string; body: string }>({
      name: 'stage.checkpoints',
      sql: 'SELECT partition, revision, body FROM checkpoint ORDER BY partition',
      values: [],
    });
    return rows.map(({ partition, revision, body }) => ({
      partition,
      checkpoint: decodeCheckpoint(Number(revision), body),
    }));
  }

  async leasesLeft(partitions: readonly number[]): Promise<ReadonlyMap<number, number>> {
    const rows = await this.rows<{ partition: number; left_ms: number }>({
      name: 'stage.leases_left',
      sql: `SELECT partition, ${LEASE_LEFT} AS left_ms FROM checkpoint c WHERE partition = ANY($1::int[])`,
      values: [partitions, this.#owner],
    });
    return new Map(rows.flatMap(({ partition, left_ms }) => (left_ms > 0 ? [[partition, left_ms]] : [])));
  }

  async release(partitions: readonly number[]): Promise<void> {
    await this.rows({
      name: 'stage.release',
      sql: 'UPDATE checkpoint SET lease_until = NULL WHERE partition = ANY($1::int[]) AND lease_owner = $2',
      values: [partitions, this.#owner],
    });
  }

  async renew(owned: readonly Standing[]): Promise<readonly number[]> {
    const kept = await this.rows<{ partition: number }>({
      name: 'stage.renew',
      sql: `UPDATE checkpoint c SET lease_owner = $4, lease_until = clock_timestamp() + ${LEASE_INTERVAL}
            FROM ${STANDING} RETURNING c.partition`,
      values: [...columnsOf(owned), this.#owner],
    });
    return without(owned, kept);
  }

  async changed(owned: readonly Standing[]): Promise<readonly number[]> {
    const same = await this.rows<{ partition: number }>({
      name: 'stage.unchanged',
      sql: `SELECT c.partition FROM checkpoint c, ${STANDING}`,
      values: [...columnsOf(owned)],
    });
    return without(owned, same);
  }

  async commit(partitions: readonly PartitionCommit[], writes: readonly Statement[]): Promise<CommitResult> {
    const composed = compose([
      ...commitStatements(partitions, this.#owner),
      ...writes.map((write) => ({ ...write, code: CONFLICT })),
    ]);
    try {
      await this.#connection.run(composed);
      return { kind: 'committed' };
    } catch (error) {
      const code = sqlState(error);
      if (code === FENCED) return this.#whoIsFenced(partitions);
      if (code === CONFLICT || code === UNIQUE_VIOLATION) return { kind: 'conflict' };
      throw error;
    }
  }

  async rows<Row>(statement: Statement): Promise<Row[]> {
    return (await this.#connection.run(statement)).rows as Row[];
  }

  async states(keys: readonly { readonly partition: number; readonly key: string }[]): Promise<readonly StateRow[]> {
    const rows = await this.rows<Omit<StateRow, 'due_ms'> & { due_ms: string | null; fits?: boolean }>({
      name: keys.length > FEW_STATES ? 'stage.states_within' : 'stage.states',
      sql: keys.length > FEW_STATES ? STATES_WITHIN : STATES,
      values: [keys.map((k) => k.partition), keys.map((k) => k.key)],
    });
    const bytes = rows.reduce((sum, { body }) => sum + (body?.length ?? 0), 0);
    if (keys.length > 1 && (bytes > STATE_BYTES || rows[0]?.fits === false))
      throw new BatchTooLargeError(`the states of ${keys.length} keys are too large to be loaded together`);
    return rows.map((row) => ({
      partition: row.partition,
      key: row.key,
      body: row.body,
      due_ms: row.due_ms === null ? null : Number(row.due_ms),
      protocol: row.protocol,
    }));
  }

  writeStates(rows: readonly StateRow[]): Statement {
    return stateStatement(rows);
  }

  // From a lower bound on: the low end of the index holds dead entries of all keys woken since the last vacuum.
  async due(windows: ReadonlyMap<number, DueWindow>, limit: number): Promise<readonly DueKey[]> {
    const [from_ms, until_ms] = [
      [...windows.values()].map((w) => w.from_ms),
      [...windows.values()].map((w) => w.until_ms),
    ];
    const rows = await this.rows<{ partition: number; key: string; due_ms: string }>({
      name: 'stage.due',
      sql: `SELECT u.p AS partition, d.key, d.due_ms FROM unnest($1::int[], $2::bigint[], $3::bigint[]) AS u(p, f, t)
            CROSS JOIN LATERAL (
              SELECT key, due_ms FROM state WHERE partition = u.p AND due_ms >= u.f AND due_ms <= u.t
              ORDER BY due_ms LIMIT $4::int) AS d
            ORDER BY d.due_ms`,
      values: [[...windows.keys()], from_ms.map(Math.floor), until_ms.map(Math.floor), limit],
    });
    return rows.map((row) => ({ ...row, due_ms: Number(row.due_ms) }));
  }

  async nextDue(after_ms: ReadonlyMap<number, number>): Promise<ReadonlyMap<number, number>> {
    const rows = await this.rows<{ partition: number; due_ms: string | null }>({
      name: 'stage.next_due',
      sql: `SELECT u.p AS partition, (SELECT min(due_ms) FROM state WHERE partition = u.p AND due_ms > u.a) AS due_ms
            FROM unnest($1::int[], $2::bigint[]) AS u(p, a)`,
      values: [[...after_ms.keys()], [...after_ms.values()].map(Math.floor)],
    });
    return new Map(rows.flatMap((row) => (row.due_ms === null ? [] : [[row.partition, Number(row.due_ms)]])));
  }

  async unsettled(partitions: readonly number[]): Promise<readonly Pick<StateRow, 'partition' | 'key' | 'protocol'>[]> {
    return this.rows({
      name: 'stage.unsettled',
      sql: `SELECT partition, key, protocol FROM state WHERE partition = ANY($1::int[])
            AND (protocol LIKE '%"awaiting"%' OR protocol LIKE '%"held"%') LIMIT ${UNSETTLED_AT_MOST}`,
      values: [partitions],
    });
  }

  async keysAfter(partition: number, after: string, limit: number): Promise<readonly string[]> {
    const rows = await this.rows<{ key: string }>({
      name: 'stage.keys_after',
      sql: `SELECT key FROM state WHERE partition = $1 AND key > $2 AND body IS NOT NULL
            ORDER BY key LIMIT $3::int`,
      values: [partition, after, limit],
    });
    return rows.map((row) => row.key);
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  async #whoIsFenced(partitions: readonly PartitionCommit[]): Promise<CommitResult> {
    const rows = await this.rows<{ partition: number; epoch: string; revision: string }>({
      name: 'stage.inspect',
      sql: 'SELECT partition, epoch, revision FROM checkpoint WHERE partition = ANY($1::int[])',
      values: [partitions.map((p) => p.partition)],
    });
    const found = new Map(rows.map((row) => [row.partition, row]));
    const lost: number[] = [];
    const outdated: number[] = [];
    for (const { partition, epoch, checkpoint } of partitions) {
      const row = found.get(partition);
      if (row === undefined || Number(row.epoch) !== epoch) lost.push(partition);
      else if (Number(row.revision) !== checkpoint.revision) outdated.push(partition);
    }
    return { kind: 'fenced', lost, outdated };
  }
}

/** Up to this many states are loaded whatever their size. */
const FEW_STATES = 64;
const STATES = `SELECT s.partition, s.key, s.body, s.due_ms, s.protocol FROM unnest($1::int[], $2::text[]) AS u(p, k)
  JOIN state s ON s.partition = u.p AND s.key = u.k`;
/** The same, without bodies if they are too large together: a body that is not asked for is not read. */
const STATES_WITHIN = `SELECT partition, key, CASE WHEN fits THEN body END AS body, due_ms, protocol, fits FROM (
  SELECT s.partition, s.key, s.body, s.due_ms, s.protocol,
    coalesce(sum(octet_length(s.body)) OVER (), 0) <= ${STATE_BYTES} AS fits
  FROM unnest($1::int[], $2::text[]) AS u(p, k) JOIN state s ON s.partition = u.p AND s.key = u.k) AS found`;
const UNIQUE_VIOLATION = '23505';
const UNSETTLED_AT_MOST = 10_000;
const LEASE_INTERVAL = `interval '${LEASE_MS} milliseconds'`;
const LEASE_LEFT = `CASE WHEN c.lease_owner = $2 OR c.lease_until IS NULL THEN 0
  ELSE greatest(0, extract(epoch FROM c.lease_until - clock_timestamp()) * 1000)::float8 END`;

/** By the clock, an epoch is greater than any before it, including those that a store which went back has forgotten. */
const NOW_MS = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint';

/** The partitions that are still as their owner left them. */
const STANDING = `unnest($1::int[], $2::bigint[], $3::bigint[]) AS u(partition, epoch, revision)
  WHERE c.partition = u.partition AND c.epoch = u.epoch AND c.revision = u.revision`;

function columnsOf(owned: readonly Standing[]): readonly (readonly number[])[] {
  return [
    owned.map(({ partition }) => partition),
    owned.map(({ epoch }) => epoch),
    owned.map(({ checkpoint }) => checkpoint.revision),
  ];
}

function without(owned: readonly Standing[], found: readonly { readonly partition: number }[]): readonly number[] {
  const names = new Set(found.map(({ partition }) => partition));
  return owned.map(({ partition }) => partition).filter((partition) => !names.has(partition));
}
