import { type ChildProcess, spawn } from 'node:child_process';
import { extname, join } from 'node:path';

/** Starts a program of this folder (`name` without extension) in its own process, built or from source. */
export function ownProcess(name: string, args: readonly string[]): ChildProcess {
  const program = join(import.meta.dirname, `${name}${extname(import.meta.filename)}`);
  return spawn(process.execPath, [...process.execArgv, program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Waits for such a program to end and reads the JSON it printed. Rejects if it failed. */
export async function jsonOf<T>(child: ChildProcess): Promise<T> {
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${child.spawnargs[1]} ended with ${String(code)}`);
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as T;
}
