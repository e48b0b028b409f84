import { BatchTooLargeError, STATE_BYTES } from '../commit/batch-bytes.ts';
import type { Statement } from '../language/logic.ts';
import { LEASE_MS } from '../partitions/owned-partition.ts';
import { type Checkpoint, newCheckpoint } from '../ports/checkpoint.ts';
import type { Clock } from '../ports/clock.ts';
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

/** A stage's own tables, for an in-memory store: statements are recognised by their names. */
export interface MemoryTables {
  rows(statement: Statement): readonly object[];
  /**
   * Applies the writes of a commit, all or nothing; false: a statement changed another number of rows than it expected.
   */
  write(statements: readonly Statement[]): boolean;
}

interface StoredPartition {
  epoch: number;
  checkpoint: Checkpoint;
  lease_owner: string | null;
  leaseUntilMs: number;
  readonly outbox: Map<number, Buffer>;
}

/** What a PostgreSQL schema holds, in memory; shared by the instances of a simulation. */
export class MemoryDatabase {
  readonly partitions = new Map<number, StoredPartition>();
  readonly states = new Map<string, StateRow>();

  /** The content of a standby that receives nothing more from now on. */
  copy(): MemoryDatabase {
    const copy = new MemoryDatabase();
    copy.becomes(this);
    return copy;
  }

  /** Replaces the content with another one's. */
  becomes({ partitions, states }: MemoryDatabase): void {
    this.partitions.clear();
    this.states.clear();
    for (const [partition, stored] of partitions)
      this.partitions.set(partition, { ...stored, outbox: new Map(stored.outbox) });
    for (const [key, row] of states) this.states.set(key, row);
  }
}

/** A stage store over a `MemoryDatabase`; the contract tests run on it and on PostgreSQL alike. */
export class MemoryStageStore implements StageStore {
  readonly #database: MemoryDatabase;
  readonly #clock: Clock;
  readonly #owner: string;
  readonly #tables: MemoryTables | null;

  constructor(options: {
    database: MemoryDatabase;
    clock: Clock;
    owner: string;
    tables?: MemoryTables | undefined;
  }) {
    this.#database = options.database;
    this.#clock = options.clock;
    this.#owner = options.owner;
    this.#tables = options.tables ?? null;
  }

  async start(): Promise<void> {}

  async acquire(partitions: readonly number[]): Promise<readonly Acquired[]> {
    return partitions.map((partition) => {
      let stored = this.#database.partitions.get(partition);
      if (stored === undefined) {
        const checkpoint = newCheckpoint(`i${partition}`);
        stored = { epoch: 0, checkpoint, lease_owner: null, leaseUntilMs: -Infinity, outbox: new Map() };
        this.#database.partitions.set(partition, stored);
      }
      stored.epoch = Math.max(stored.epoch + 1, this.#clock.nowMs());
      const outbox = [...stored.outbox].sort(([a], [b]) => a - b).map(([id, body]): OutboxRow => ({ id, body }));
      return {
        partition,
        epoch: stored.epoch,
        checkpoint: stored.checkpoint,
        outbox,
        leaseLeftMs: this.#leaseLeft(stored),
      };
    });
  }

  async checkpoints(): Promise<readonly Pick<Acquired, 'partition' | 'checkpoint'>[]> {
    return [...this.#database.partitions].map(([partition, { checkpoint }]) => ({ partition, checkpoint }));
  }

  async leasesLeft(partitions: readonly number[]): Promise<ReadonlyMap<number, number>> {
    const left_ms = new Map<number, number>();
    for (const partition of partitions) {
      const stored = this.#database.partitions.get(partition);
      if (stored !== undefined && this.#leaseLeft(stored) > 0) left_ms.set(partition, this.#leaseLeft(stored));
    }
    return left_ms;
  }

  async release(partitions: readonly number[]): Promise<void> {
    for (const partition of partitions) {
      const stored = this.#database.partitions.get(partition);
      if (stored?.lease_owner === this.#owner) stored.leaseUntilMs = -Infinity;
    }
  }

  async renew(owned: readonly Standing[]): Promise<readonly number[]> {
    const lost = await this.changed(owned);
    for (const { partition } of owned) if (!lost.includes(partition)) this.#lease(this.#stored(partition));
    return lost;
  }

  async changed(owned: readonly Standing[]): Promise<readonly number[]> {
    return owned.flatMap(({ partition, epoch, checkpoint }) => {
      const stored = this.#database.partitions.get(partition);
      return stored?.epoch === epoch && stored.checkpoint.revision === checkpoint.revision ? [] : [partition];
    });
  }

  async commit(partitions: readonly PartitionCommit[], writes: readonly Statement[]): Promise<CommitResult> {
    const lost: number[] = [];
    const outdated: number[] = [];
    for (const { partition, epoch, checkpoint } of partitions) {
      const stored = this.#database.partitions.get(partition);
      if (stored?.epoch !== epoch) lost.push(partition);
      else if (stored.checkpoint.revision !== checkpoint.revision) outdated.push(partition);
    }
    if (lost.length > 0 || outdated.length > 0) return { kind: 'fenced', lost, outdated };
    const own = writes.filter((write) => write.name !== STATE);
    if (own.length > 0 && !(this.#tables?.write(own) ?? false)) return { kind: 'conflict' };
    for (const write of writes) if (write.name === STATE) this.#putStates(write.values as readonly StateRow[]);
    for (const commit of partitions) this.#put(commit);
    return { kind: 'committed' };
  }

  async rows<Row>(statement: Statement): Promise<Row[]> {
    if (this.#tables === null) throw new Error(`no tables were given for ${statement.name}`);
    return [...this.#tables.rows(statement)] as Row[];
  }

  async states(keys: readonly { readonly partition: number; readonly key: string }[]): Promise<readonly StateRow[]> {
    const found = keys.flatMap(({ partition, key }) => this.#database.states.get(`${partition}/${key}`) ?? []);
    const bytes = found.reduce((sum, { body }) => sum + (body?.length ?? 0), 0);
    if (keys.length > 1 && bytes > STATE_BYTES) throw new BatchTooLargeError(`states of ${bytes} bytes`);
    return found;
  }

  writeStates(rows: readonly StateRow[]): Statement {
    return { name: STATE, sql: '', values: rows };
  }

  async due(windows: ReadonlyMap<number, DueWindow>, limit: number): Promise<readonly DueKey[]> {
    const isWithin = (due_ms: number, window: DueWindow | undefined) =>
      window !== undefined && due_ms >= Math.floor(window.from_ms) && due_ms <= window.until_ms;
    const taken = new Map<number, number>();
    return [...this.#database.states.values()]
      .flatMap(({ partition, key, due_ms }) =>
        due_ms !== null && isWithin(due_ms, windows.get(partition)) ? [{ partition, key, due_ms }] : [],
      )
      .sort((a, b) => a.due_ms - b.due_ms || (a.key < b.key ? -1 : 1))
      .filter(({ partition }) => {
        const count = (taken.get(partition) ?? 0) + 1;
        taken.set(partition, count);
        return count <= limit;
      });
  }

  async nextDue(after_ms: ReadonlyMap<number, number>): Promise<ReadonlyMap<number, number>> {
    const next = new Map<number, number>();
    for (const { partition, due_ms } of this.#database.states.values()) {
      if (due_ms === null || due_ms <= (after_ms.get(partition) ?? Infinity)) continue;
      next.set(partition, Math.min(due_ms, next.get(partition) ?? Infinity));
    }
    return next;
  }

  async unsettled(partitions: readonly number[]): Promise<readonly StateRow[]> {
    return [...this.#database.states.values()].filter(
      ({ partition, protocol }) => partitions.includes(partition) && /"(awaiting|held)"/.test(protocol ?? ''),
    );
  }

  async keysAfter(partition: number, after: string, limit: number): Promise<readonly string[]> {
    return [...this.#database.states.values()]
      .filter((row) => row.partition === partition && row.body !== null && byBytes(row.key, after) > 0)
      .map((row) => row.key)
      .sort(byBytes)
      .slice(0, limit);
  }

  async close(): Promise<void> {}

  #stored(partition: number): StoredPartition {
    const stored = this.#database.partitions.get(partition);
    if (stored === undefined) throw new Error(`partition ${partition} was never acquired`);
    return stored;
  }

  #leaseLeft(stored: StoredPartition): number {
    if (stored.lease_owner === this.#owner) return 0;
    return Math.max(0, stored.leaseUntilMs - this.#clock.monotonicMs());
  }

  #lease(stored: StoredPartition): void {
    stored.lease_owner = this.#owner;
    stored.leaseUntilMs = this.#clock.monotonicMs() + LEASE_MS;
  }

  #put({ partition, checkpoint, outbox, acknowledged }: PartitionCommit): void {
    const stored = this.#stored(partition);
    stored.checkpoint = { ...checkpoint, revision: checkpoint.revision + 1 };
    for (const { id, body } of outbox) stored.outbox.set(id, body);
    for (const id of acknowledged) stored.outbox.delete(id);
    this.#lease(stored);
  }

  #putStates(rows: readonly StateRow[]): void {
    for (const row of rows) this.#database.states.set(`${row.partition}/${row.key}`, row);
  }
}

const STATE = 'state';

/** The order of PostgreSQL's collation C. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
