import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClickHouseAddress } from './opened-stores.ts';
import { StatementFuzz } from './statement-fuzz.ts';

/** The result of a statement: the text of the answer, or of the error. */
export type Answer = string;

/** How statements are asked. */
export interface Asking {
  /** Past the service's check of a statement, and through it. */
  readonly ways: readonly ((statement: string) => Promise<Answer>)[];
  readonly statements: number;
  readonly seed: number;
  /** Statements in flight at a time. */
  readonly atOnce: number;
}

/** The result of a trial; all lists are empty if everything held. */
export interface Verdict {
  /** Statements whose answer contained something of a forbidden file or table. */
  readonly leaks: readonly string[];
  readonly connections: number;
  /** Files, tables, users or rows that exist now and should not, or the other way round. */
  readonly changes: readonly string[];
  readonly answered: number;
}

/** Of a file that every system has, and of its environment. */
const KNOWN = ['root:x:0:0', 'root:*:0:0', 'CLICKHOUSE_PASSWORD=', 'HILO_READER_PASSWORD=', 'PATH=/'];

/** What else is forbidden if the server is not on this machine. */
export interface Surroundings {
  /** Address of this machine as the server sees it. */
  readonly host?: string;
  /** Files as the server sees them, and texts that stand in them. */
  readonly files?: readonly string[];
  readonly secrets?: readonly string[];
}

/** Things that no statement of a read-only user can reach, set up around a ClickHouse. */
export class StatementTrial {
  readonly #clickhouse: ClickHouseAddress;
  readonly #secrets: readonly string[];
  readonly #folder: string;
  readonly #listener: Server;
  readonly #files: readonly string[];
  #connections = 0;

  private constructor(
    clickhouse: ClickHouseAddress,
    secrets: readonly string[],
    folder: string,
    listener: Server,
    files: readonly string[],
  ) {
    this.#clickhouse = clickhouse;
    this.#secrets = secrets;
    this.#folder = folder;
    this.#listener = listener;
    this.#files = [
      join(folder, 'credentials.json'),
      join(folder, 'user_files/secret.csv'),
      '/etc/passwd',
      '/proc/self/environ',
      `/proc/${process.pid}/environ`,
      join(homedir(), '.bashrc'),
      ...files,
    ];
    listener.on('connection', (socket) => {
      this.#connections += 1;
      socket.destroy();
    });
  }

  /** Sets them up: files in a new folder, a table in database `default`, a listener. */
  static async layOut(clickhouse: ClickHouseAddress, around: Surroundings = {}): Promise<StatementTrial> {
    const { host = '127.0.0.1', files = [], secrets = [] } = around;
    const secret = `secret-${randomUUID()}`;
    const folder = await mkdtemp(join(tmpdir(), 'hilo-trial-'));
    await mkdir(join(folder, 'user_files'));
    for (const file of ['credentials.json', 'user_files/secret.csv']) await writeFile(join(folder, file), secret);
    const listener = createServer();
    await new Promise<void>((resolve) => listener.listen(0, host, resolve));
    const trial = new StatementTrial(clickhouse, [secret, ...secrets], folder, listener, files);
    await trial.#admin('DROP TABLE IF EXISTS default.fuzz_canary');
    await trial.#admin('CREATE TABLE default.fuzz_canary (secret String) ENGINE = MergeTree ORDER BY secret');
    await trial.#admin(`INSERT INTO default.fuzz_canary VALUES ('${secret}')`);
    return trial;
  }

  /** As the read-only user, straight to the server. */
  readonly asReader = async (statement: string): Promise<Answer> => {
    const { url, readonlyUser, readonlyPassword } = this.#clickhouse;
    const headers = { 'x-clickhouse-user': readonlyUser, 'x-clickhouse-key': readonlyPassword };
    const answer = await fetch(
      `${url}/?database=hilo&max_execution_time=5&max_memory_usage=200000000&param_f=file&param_p=x`,
      {
        method: 'POST',
        headers,
        body: statement.toWellFormed(),
      },
    );
    return answer.text();
  };

  /** Runs the statements of a seed, each in every way, and returns what they reached. */
  async run({ ways, statements, seed, atOnce }: Asking): Promise<Verdict> {
    const { address, port } = this.#listener.address() as AddressInfo;
    const targets = { files: this.#files, address: `${address}:${port}`, table: 'default.fuzz_canary' };
    const fuzz = new StatementFuzz(seed, targets);
    const before = await this.#state();
    const leaks: string[] = [];
    let left = statements;
    let answered = 0;
    const worker = async () => {
      while (left > 0) {
        left -= 1;
        const statement = fuzz.next();
        for (const ask of ways) {
          const answer = await ask(statement);
          answered += 1;
          if ([...this.#secrets, ...KNOWN].some((known) => answer.includes(known))) leaks.push(statement);
        }
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    const after = await this.#state();
    const changes = [...after.filter((one) => !before.includes(one)), ...before.filter((one) => !after.includes(one))];
    return { leaks, connections: this.#connections, changes, answered };
  }

  async close(): Promise<void> {
    await this.#admin('DROP TABLE IF EXISTS default.fuzz_canary');
    this.#listener.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Everything that a statement could have written: as lines. */
  async #state(): Promise<readonly string[]> {
    const lists = [
      "SELECT concat(database, '.', name) FROM system.tables WHERE database IN ('default', 'hilo') AND name ILIKE '%fuzz%'",
      'SELECT name FROM system.databases',
      'SELECT name FROM system.users',
      "SELECT name FROM system.functions WHERE origin != 'System'",
      "SELECT concat('rows ', toString(count())) FROM default.fuzz_canary",
      "SELECT concat('grants of ', ifNull(user_name, ''), ': ', toString(count())) FROM system.grants GROUP BY user_name",
    ];
    const lines = await Promise.all(lists.map(async (sql) => (await this.#admin(`${sql} FORMAT TSV`)).split('\n')));
    const written = this.#files.map((file) => `${file}.written`).filter((file) => existsSync(file));
    return [...lines.flat(), ...written];
  }

  async #admin(sql: string): Promise<string> {
    const { url, user, password } = this.#clickhouse;
    const headers = { 'x-clickhouse-user': user, 'x-clickhouse-key': password };
    const answer = await fetch(url, { method: 'POST', headers, body: sql });
    const text = await answer.text();
    if (!answer.ok) throw new Error(text.slice(0, 300));
    return text;
  }

  /** How long another user's statement waited at most, ms, while `work` went on. */
  async longestWait(work: () => Promise<unknown>): Promise<number> {
    let goesOn = true;
    let longest = 0;
    const watch = async () => {
      while (goesOn) {
        const began = performance.now();
        await this.#admin('SELECT 1');
        longest = Math.max(longest, performance.now() - began);
      }
    };
    const watching = watch();
    try {
      await work();
    } finally {
      goesOn = false;
      await watching;
    }
    return longest;
  }
}
