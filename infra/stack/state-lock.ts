import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { endLeftover, notePid, notedPid } from '../embedded/leftovers.ts';

const LEFTOVER_GRACE_MS = 10_000;

/** Where a data folder records the processes that run on it. */
export function notesFolder(data: string): string {
  return join(data, 'run');
}

function launcherNote(data: string): string {
  return join(notesFolder(data), 'launcher.pid');
}

/** Process id of the launcher that runs on this data folder now; null if there is none. */
export function runningLauncher(data: string): number | null {
  return notedPid(launcherNote(data));
}

/** Takes a data folder for this process, ending what an earlier, killed launcher left running. */
export async function takeFolder(data: string): Promise<void> {
  const notes = notesFolder(data);
  mkdirSync(notes, { recursive: true, mode: 0o700 });
  const other = runningLauncher(data);
  if (other !== null && other !== process.pid) throw new Error(`${data} is in use by process ${other}`);
  notePid(launcherNote(data), process.pid);
  const leftovers = readdirSync(notes).filter((file) => file.endsWith('.pid') && file !== 'launcher.pid');
  // SIGINT: the one signal that ends PostgreSQL without waiting for its clients, and everything else cleanly too.
  await Promise.all(leftovers.map((file) => endLeftover(join(notes, file), 'SIGINT', LEFTOVER_GRACE_MS)));
}

/** Releases the data folder. */
export function releaseFolder(data: string): void {
  rmSync(launcherNote(data), { force: true });
}
