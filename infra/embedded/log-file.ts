import { closeSync, copyFileSync, existsSync, mkdirSync, openSync, readSync, statSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';

const LOG_BYTES_MAX = 10 * 1024 * 1024;

/** Opens a process's log for appending, with its folder; the caller closes the descriptor. */
export function openLog(path: string): number {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  rotateLog(path);
  return openSync(path, 'a', 0o600);
}

/**
 * Moves a log above its limit to `<path>.1`, overwriting the previous one. The process keeps appending to the same
 * file, so it is copied and emptied; lines written in between are lost.
 */
export function rotateLog(path: string): void {
  if (!existsSync(path) || statSync(path).size <= LOG_BYTES_MAX) return;
  copyFileSync(path, `${path}.1`);
  truncateSync(path);
}

/** The last lines of a log, for error messages. Empty if there is none. */
export function logTail(path: string, lines: number): string {
  if (!existsSync(path)) return '';
  const size = statSync(path).size;
  const length = Math.min(size, 8192);
  const bytes = Buffer.alloc(length);
  const file = openSync(path, 'r');
  try {
    readSync(file, bytes, 0, length, size - length);
  } finally {
    closeSync(file);
  }
  return bytes.toString('utf8').trimEnd().split('\n').slice(-lines).join('\n');
}
