import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 50;

/**
 * Identifies a process even if its number is reused: pid and, on Linux, its start tick. Null if there is no such
 * process.
 */
export function processIdentity(pid: number): string | null {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return null;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : `${pid} ${fields[19]}`;
  } catch {
    return `${pid}`;
  }
}

/** Records a running process, so that the next start after a crash can end it. */
export function notePid(file: string, pid: number): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const identity = processIdentity(pid);
  if (identity !== null) writeFileSync(file, identity, { mode: 0o600 });
}

/** Whether the process recorded in the file still runs; its pid if so. */
export function notedPid(file: string): number | null {
  if (!existsSync(file)) return null;
  const noted = readFileSync(file, 'utf8').trim();
  const pid = Number(noted.split(' ')[0]);
  return Number.isInteger(pid) && pid > 1 && processIdentity(pid) === noted ? pid : null;
}

/** Ends the process recorded in the file, if it still runs: with `signal`, and after `graceMs` with SIGKILL. */
export async function endLeftover(file: string, signal: NodeJS.Signals, graceMs: number): Promise<void> {
  const pid = notedPid(file);
  if (pid !== null) {
    process.kill(pid, 'SIGCONT');
    process.kill(pid, signal);
    const deadlineMs = performance.now() + graceMs;
    while (notedPid(file) !== null && performance.now() < deadlineMs) await sleep(POLL_MS);
    if (notedPid(file) !== null) process.kill(pid, 'SIGKILL');
    while (notedPid(file) !== null) await sleep(POLL_MS);
  }
  rmSync(file, { force: true });
}
