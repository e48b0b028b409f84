import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readLoadNote, writeLoadNote } from './load-note.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hilo-note-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('reads back the last note written, in a folder that it makes', () => {
  const file = join(folder, 'run/note.json');
  expect(readLoadNote(file)).toBeNull();
  writeLoadNote(file, { dates: 'shifted', shift_ms: 5, taken: 1 });
  writeLoadNote(file, { dates: 'shifted', shift_ms: 5, taken: 2 });
  expect(readLoadNote(file)).toEqual({ dates: 'shifted', shift_ms: 5, taken: 2 });
});

it('refuses a note that makes no sense', () => {
  const file = join(folder, 'note.json');
  writeFileSync(file, '{"dates":"tomorrow","taken":1}');
  expect(() => readLoadNote(file)).toThrow('damaged');
});
