import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Confinement } from './landlock.ts';

/** Where a running engine says what the kernel holds it to: `{"confinement": …}`. */
export const CONFINEMENT_FILE = 'confinement.json';

/** What the kernel holds the engine of a data folder to; `none` where it said nothing. */
export function readConfinement(folder: string): Confinement {
  try {
    const { confinement } = JSON.parse(readFileSync(join(folder, CONFINEMENT_FILE), 'utf8')) as {
      readonly confinement: unknown;
    };
    return confinement === 'files' || confinement === 'files_and_network' ? confinement : 'none';
  } catch {
    return 'none';
  }
}
