import pg from 'pg';
import type { Statement } from '../language/logic.ts';
import { TransientFaultError } from '../ports/retry.ts';

/** SQLSTATE classes and codes of transient faults: connection, resources, shutdown, standby, serialisation, deadlock. */
const PASSING = /^(08|53|57P|25006|40001|40P01|55P03)/;
const BROKEN_CONNECTION =
  /ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|terminated|timeout|Client has encountered|not queryable/i;

/** One connection to PostgreSQL, opened again if it breaks. All methods throw `TransientFaultError` while the server is unavailable. */
export class PostgresConnection {
  readonly #config: pg.ClientConfig;
  #client: Promise<pg.Client> | null = null;

  constructor(config: pg.ClientConfig) {
    this.#config = config;
  }

  async open(): Promise<void> {
    await this.#guard(async () => {
      await this.#connected();
    });
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    // A connection that never opened has nothing to end.
    await client?.then((connected) => connected.end()).catch(() => undefined);
  }

  async run(statement: Statement): Promise<pg.QueryResult> {
    return this.#guard(async () => {
      const client = await this.#connected();
      return client.query({ name: statement.name, text: statement.sql, values: [...statement.values] });
    });
  }

  async transaction<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
    return this.#guard(async () => {
      const client = await this.#connected();
      await client.query('BEGIN');
      try {
        const result = await work(client);
        await client.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK').catch(() => this.#drop());
        throw error;
      }
    });
  }

  /** The one connection. Concurrent callers wait for the same attempt to connect. */
  #connected(): Promise<pg.Client> {
    if (this.#client !== null) return this.#client;
    const client = new pg.Client(this.#config);
    const connecting = client.connect().then(() => client);
    const forget = () => {
      if (this.#client === connecting) this.#client = null;
    };
    client.on('error', forget);
    connecting.catch(forget);
    this.#client = connecting;
    return connecting;
  }

  async #guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const code = sqlState(error);
      const passing = code !== undefined && PASSING.test(code);
      const broken = code === undefined && error instanceof Error && BROKEN_CONNECTION.test(`${describe(error)}`);
      if (!passing && !broken) throw error;
      if (broken || /^(08|57P)/.test(code ?? '')) this.#drop();
      throw new TransientFaultError('PostgreSQL is unavailable', { cause: error });
    }
  }

  #drop(): void {
    const client = this.#client;
    this.#client = null;
    void client?.then((connected) => connected.end()).catch(() => undefined);
  }
}

/** The SQLSTATE of an error of PostgreSQL; undefined for others. */
export function sqlState(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

function describe(error: Error): string {
  return `${'code' in error ? String(error.code) : ''} ${error.message}`;
}
