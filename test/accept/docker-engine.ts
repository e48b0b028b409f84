import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');
const UP_WITHIN_MS = 30_000;

/** A Docker engine, and the variables by which its clients find it. */
export interface DockerEngine {
  readonly env: Readonly<Record<string, string>>;
  /** Ends the engine if it was started here; its images stay for the next time. */
  close(): Promise<void>;
}

async function answers(env: NodeJS.ProcessEnv): Promise<boolean> {
  return run('docker', ['info', '--format', '{{.ServerVersion}}'], { env, timeout: 10_000 }).then(
    ({ stdout }) => /^\d/.test(stdout),
    () => false,
  );
}

/**
 * The running engine; else one that is started here (as root, with Debian's `docker.io`) on its own socket and folder.
 * Rejects if neither is possible.
 */
export async function openDockerEngine(): Promise<DockerEngine> {
  if (await answers(process.env)) return { env: {}, close: async () => {} };
  if (!existsSync('/usr/sbin/dockerd'))
    throw new Error('no Docker engine answers: apt-get install docker.io docker-compose');
  const folder = resolve(ROOT, process.env.HILO_CACHE ?? '.cache', 'docker');
  mkdirSync(folder, { recursive: true });
  const env = { DOCKER_HOST: `unix://${folder}/docker.sock` };
  const log = openSync(join(folder, 'dockerd.log'), 'a');
  const places = [
    '--data-root',
    `${folder}/data`,
    '--exec-root',
    `${folder}/exec`,
    '--pidfile',
    `${folder}/dockerd.pid`,
  ];
  const engine = spawn('/usr/sbin/dockerd', ['--host', env.DOCKER_HOST, ...places], { stdio: ['ignore', log, log] });
  const ended = new Promise<void>((resolve) => engine.once('exit', () => resolve()));
  const close = async (): Promise<void> => {
    engine.kill('SIGTERM');
    await ended;
  };
  for (const deadlineMs = Date.now() + UP_WITHIN_MS; !(await answers({ ...process.env, ...env })); await pause(500)) {
    if (Date.now() < deadlineMs && engine.exitCode === null) continue;
    await close();
    throw new Error(`the Docker engine does not come up: see ${folder}/dockerd.log`);
  }
  return { env, close };
}
