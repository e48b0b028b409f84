import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** How far a load has come, so that an interrupted one continues with the same dates. */
export interface LoadNote {
  /** `recorded` keeps the true dates. */
  readonly dates: 'recorded' | 'shifted';
  /** What is added to the true dates, in milliseconds. */
  readonly shift_ms: number;
  /** Accepted events, counted from the first without a gap. */
  readonly taken: number;
}

/** Reads the note of an earlier run; null if there is none. Throws for a damaged one. */
export function readLoadNote(file: string): LoadNote | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return null;
  }
  const note = JSON.parse(text) as Partial<LoadNote>;
  if (
    (note.dates === 'recorded' || note.dates === 'shifted') &&
    Number.isInteger(note.taken) &&
    Number.isInteger(note.shift_ms)
  )
    return note as LoadNote;
  throw new Error(`${file} is damaged; without it the load begins anew`);
}

/** Replaces the note atomically, so that a crash leaves the old or the new one. */
export function writeLoadNote(file: string, note: LoadNote): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify(note)}\n`);
  renameSync(`${file}.new`, file);
}
