import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const scripts = join(import.meta.dirname, 'python');
const requirements = join(scripts, 'requirements.txt');

/**
 * Path of a Python that has the clients of `python/requirements.txt`, in a virtual environment under `.cache`, which is
 * created once for each list of requirements. Rejects with what to install if Python itself is missing.
 */
export async function pythonWithClients(): Promise<string> {
  const digest = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const folder = join(process.env.HILO_CACHE ?? join(root, '.cache'), `python-${digest}`);
  const python = join(folder, 'bin/python');
  const stamp = join(folder, 'complete');
  if (existsSync(stamp)) return python;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  try {
    await run('python3', ['-m', 'venv', folder]);
  } catch (error) {
    throw new Error('Python 3 with its venv module is missing: on Debian, apt-get install python3-venv', {
      cause: error,
    });
  }
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', requirements]);
  writeFileSync(stamp, '');
  return python;
}

/** Runs one of the scripts; rejects with its standard error if it fails. */
export async function runScript(python: string, script: string, ...args: string[]): Promise<void> {
  await run(python, ['-B', join(scripts, script), ...args], { timeout: 60_000 });
}
