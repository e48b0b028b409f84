import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { open as openLater } from 'node:fs/promises';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataType, load, open } from 'ffi-rs';
import { CONFINEMENT_FILE } from './clickhouse-confinement.ts';
import { CONTROL_USER, MAIN_STATEMENT } from './clickhouse-users.ts';
import { type Confinement, confine, keepsCapability } from './landlock.ts';

/** Options of an engine. */
export interface EnginePlan {
  /** `libchdb.so`, whose exported `chdb_query_cmdline` is `clickhouse local`, which opens real listeners. */
  readonly library: string;
  /** The one folder that the process may read and write once it runs. */
  readonly folder: string;
  /** The engine's own data, in `folder`. */
  readonly data: string;
  readonly httpPort: number;
  readonly nativePort: number;
  readonly listenHost: string;
  /** Texts of the server's configuration: `users` becomes `users.xml` beside it, `more` files by name below. */
  readonly config: string;
  readonly users: string;
  readonly more?: Readonly<Record<string, string>>;
  /** Password of the user that ends the engine's main statement. */
  readonly controlPassword: string;
}

/**
 * What the engine reads about its own process, besides its threads' usage. If it may not read all of /proc/self, it
 * discovers that again with each statement, which costs 0.7 ms. If it can bypass the permissions of files, statements
 * could open its pipes there (`closePipesToOthers`).
 */
const OWN_FIGURES = ['statm', 'status', 'stat', 'io', 'schedstat'].map((name) => `/proc/self/${name}`);

const KILL_TRIES_MAX = 100;
const GATE_POLL_MS = 5;
/** The engine creates its own pipes when it begins to listen, and hardly any later. */
const PIPES_LOOKED_AT_MS = { atFirst: 200, later: 30_000 } as const;
const LOOKS_AT_FIRST = 25;

/** Reads all of standard input; afterwards nobody can read it again. */
export function takeInput(): string {
  const input = readFileSync(0, 'utf8');
  closeSync(0);
  // The next file that is opened gets the lowest free number.
  openSync('/dev/null', 'r');
  return input;
}

/** Where the engine finds its configuration; removed before the first listener opens. */
export function controlFolder(folder: string): string {
  return join(folder, 'control');
}

/**
 * Runs the engine on a thread of this process, confined as far as the kernel can; settles when it has shut down.
 * SIGTERM and SIGINT end it. Records its confinement in `confinement.json` of its folder.
 */
export async function runEngine(plan: EnginePlan): Promise<{ readonly wasAsked: boolean }> {
  let wasAsked = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (wasAsked) return;
      wasAsked = true;
      void endEngine(plan);
    });
  }
  // The engine's thread does not keep Node's loop alive.
  const awake = setInterval(closePipesToOthers, PIPES_LOOKED_AT_MS.later);
  const gate = layOut(plan);
  open({ library: 'chdb', path: plan.library });
  await confineProcess(plan);
  const argv = commandLine(plan, gate);
  const engine: Promise<unknown> = load({
    library: 'chdb',
    funcName: 'chdb_query_cmdline',
    retType: DataType.External,
    paramsType: [DataType.I32, DataType.StringArray],
    paramsValue: [argv.length, argv],
    runInNewThread: true,
  });
  let isOver = false;
  const over = engine.finally(() => {
    isOver = true;
  });
  try {
    await Promise.all([over, openListeners(plan, gate, () => isOver)]);
  } catch (error) {
    // Without its JavaScript the engine would go on, and nobody could end it: an exit waits for its threads.
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.kill(process.pid, 'SIGKILL');
  }
  clearInterval(awake);
  return { wasAsked };
}

/** Prepares the folder, with the configuration and the pipe for the engine's statements. */
function layOut({ folder, data, config, users, more = {} }: EnginePlan): string {
  const control = controlFolder(folder);
  rmSync(control, { recursive: true, force: true });
  mkdirSync(control, { recursive: true, mode: 0o700 });
  mkdirSync(data, { recursive: true });
  // The engine keeps its `system` database in memory: the last run's tables on disk would be in its way.
  rmSync(join(data, 'data/system'), { recursive: true, force: true });
  for (const [name, text] of Object.entries({ 'users.xml': users, 'config.xml': config, ...more })) {
    mkdirSync(dirname(join(control, name)), { recursive: true, mode: 0o700 });
    writeFileSync(join(control, name), text, { mode: 0o600 });
  }
  const gate = join(control, 'statements');
  execFileSync('mkfifo', ['-m', '600', gate], { env: { PATH: '/usr/bin:/bin' } });
  return gate;
}

async function confineProcess({ folder, httpPort, nativePort }: EnginePlan): Promise<void> {
  const opensAll = keepsCapability(folder);
  writeConfinement(folder, 'none');
  const confinement = confine({
    write: [folder],
    read: process.platform === 'linux' ? [...(opensAll ? OWN_FIGURES : ['/proc/self']), '/proc/meminfo'] : [],
    bind: [httpPort, nativePort],
    // To end its own main statement.
    connect: [httpPort],
  });
  if (confinement === 'none') {
    process.stderr.write('this kernel has no Landlock: ClickHouse can read every file that its user can\n');
    return;
  }
  // Threads that already run are not confined. The engine runs on one of Node's pool, which must not have started yet.
  if (await canRead(process.execPath)) throw new Error('ClickHouse could not be confined');
  writeConfinement(folder, confinement);
}

function writeConfinement(folder: string, confinement: Confinement): void {
  writeFileSync(join(folder, CONFINEMENT_FILE), `${JSON.stringify({ confinement })}\n`);
}

async function canRead(path: string): Promise<boolean> {
  try {
    await (await openLater(path)).close();
    return true;
  } catch {
    return false;
  }
}

function commandLine({ folder, data, httpPort, nativePort, listenHost }: EnginePlan, gate: string): string[] {
  return [
    'clickhouse',
    ...['--path', data],
    ...['--config-file', join(controlFolder(folder), 'config.xml')],
    ...['--http_port', `${httpPort}`],
    ...['--tcp_port', `${nativePort}`],
    ...['--listen_host', listenHost],
    '--log-level=warning',
    // Its output goes where this process writes: an open file, which the engine could not open itself.
    '--logger.console',
    '--ignore-error',
    ...['--queries-file', gate],
  ];
}

/**
 * Passes the engine's statements on. It asks for them once it has read its configuration, so the passwords' hashes can
 * be removed before anybody could ask for a file.
 */
async function openListeners({ folder }: EnginePlan, gate: string, isOver: () => boolean): Promise<void> {
  let pipe: number | null = null;
  while (pipe === null) {
    if (isOver()) return;
    try {
      pipe = openSync(gate, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch (error) {
      // Nobody reads yet.
      if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error;
      await sleep(GATE_POLL_MS);
    }
  }
  rmSync(controlFolder(folder), { recursive: true });
  const settings = 'SETTINGS max_block_size = 1, max_threads = 1, log_queries = 0 FORMAT Null';
  writeSync(pipe, `SYSTEM START LISTEN HTTP; SYSTEM START LISTEN TCP; ${MAIN_STATEMENT} ${settings}`);
  closeSync(pipe);
  for (let looks = 0; looks < LOOKS_AT_FIRST && !isOver(); looks += 1) {
    closePipesToOthers();
    await sleep(PIPES_LOOKED_AT_MS.atFirst);
  }
}

/**
 * Removes the right to reopen this process's pipes by their names in /proc: a reader of one of Node's would wait
 * forever, and take away the news of signals. Existing holders keep using them.
 */
function closePipesToOthers(): void {
  for (const name of ownDescriptors()) {
    try {
      if (fstatSync(Number(name)).isFIFO()) fchmodSync(Number(name), 0);
    } catch {
      // Closed meanwhile (the listing's own), or another user's: that one cannot be opened anyway.
    }
  }
}

/** Numbers of this process's descriptors; none if nobody in it may look them up, and so open them by name. */
function ownDescriptors(): readonly string[] {
  try {
    return readdirSync('/proc/self/fd');
  } catch {
    return [];
  }
}

/** One statement on its own connection: an idle kept one would delay the engine's shutdown. */
function control({ httpPort, controlPassword }: EnginePlan, statement: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request({
      host: '127.0.0.1',
      port: httpPort,
      method: 'POST',
      agent: false,
      timeout: 5000,
      headers: { 'X-ClickHouse-User': CONTROL_USER, 'X-ClickHouse-Key': controlPassword },
    });
    call.once('response', (answer) => {
      let text = '';
      answer.on('data', (part: Buffer) => {
        text += part.toString();
      });
      answer.once('end', () => (answer.statusCode === 200 ? resolve(text) : reject(new Error(text))));
    });
    call.once('error', reject);
    call.once('timeout', () => call.destroy(new Error('no answer')));
    call.end(statement);
  });
}

/** Kills the main statement, which ends the engine; it may not listen yet, so this is tried for a while. */
async function endEngine(plan: EnginePlan): Promise<void> {
  for (let tries = 0; tries < KILL_TRIES_MAX; tries += 1) {
    const killed = await control(plan, `KILL QUERY WHERE user = '' AND query LIKE '${MAIN_STATEMENT}%'`).catch(
      () => '',
    );
    if (killed !== '') return;
    await sleep(200);
  }
}
