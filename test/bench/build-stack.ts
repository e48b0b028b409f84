import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Credentials, freePortBase } from '@hilo/infra';

/** A stack that runs for the bench. */
export interface BenchStack {
  readonly credentials: Credentials;
  readonly data: string;
  stop(): Promise<void>;
}

/**
 * What every stack of the bench gets: its webhook listens on this machine, which a build may refuse by default. A build
 * that does not know the variable ignores it.
 */
export const BENCH_ENVIRONMENT: Readonly<Record<string, string>> = {
  HILO_ACTIVATION_ALLOWED_NETWORKS: '127.0.0.0/8',
};

/** Topics have this many partitions, as in the first releases of the bench: figures stay comparable. */
const PARTITIONS = 6;

const START_WITHIN_MS = 180_000;
const STOP_WITHIN_MS = 60_000;
const OUTPUT_KEPT = 4_000;

const NEEDED = ['node_modules', 'infra/dist/stack/start.js', 'services/console/web/dist/index.html'];

/** Throws one line that names what is missing if `folder` is not a checkout of Hilo that can be started as it is. */
export function refuseUnbuilt(folder: string): void {
  const needed = process.env.HILO_CACHE === undefined ? [...NEEDED, '.cache/kafka'] : NEEDED;
  const missing = needed.find((path) => !existsSync(join(folder, path)));
  if (missing === undefined) return;
  throw new Error(
    `${folder} is not built (no ${missing}): \`npm start -- --help\` there installs and builds everything`,
  );
}

/**
 * Starts the stack of a checkout by that checkout's own program, on free ports and an empty data folder, with further
 * variables. Rejects with the end of its output if it does not come up.
 */
export async function startBuild(folder: string, environment: Readonly<Record<string, string>>): Promise<BenchStack> {
  const data = mkdtempSync(join(tmpdir(), 'hilo-bench-'));
  const portBase = await freePortBase();
  const args = ['--no-demo', '--fresh', '--port-base', `${portBase}`, '--data', data];
  const child = spawn(process.execPath, [join(resolve(folder), 'infra/dist/stack/start.js'), ...args], {
    cwd: folder,
    // The fourth channel ends the stack if this process dies silently.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, HILO_PARTITIONS: `${PARTITIONS}`, ...environment },
  });
  const stop = async (): Promise<void> => {
    await ended(child);
    rmSync(data, { recursive: true, force: true });
  };
  try {
    await up(child);
    const credentials = JSON.parse(readFileSync(join(data, 'credentials.json'), 'utf8')) as Credentials;
    return { credentials, data, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Waits until the program says that Hilo is up. */
function up(child: ChildProcess): Promise<void> {
  const { promise, resolve: done, reject } = Promise.withResolvers<void>();
  let said = '';
  const hear = (chunk: Buffer): void => {
    said = (said + chunk.toString('utf8')).slice(-OUTPUT_KEPT);
    if (said.includes('Hilo is up.')) done();
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  child.once('error', reject);
  child.once('exit', (code) => reject(new Error(`the stack ended with ${String(code)}:\n${said.trim()}`)));
  const timer = setTimeout(() => {
    reject(new Error(`the stack is not up after ${START_WITHIN_MS / 1000} s:\n${said.trim()}`));
  }, START_WITHIN_MS);
  return promise.finally(() => clearTimeout(timer));
}

/** Asks the program to end, and kills it if it does not. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await gone;
  clearTimeout(timer);
}
