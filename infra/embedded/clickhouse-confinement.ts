import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Confinement } from './landlock.ts';

/** Where a running engine records its confinement: `{"confinement": …}`. */
export const CONFINEMENT_FILE = 'confinement.json';

/** The confinement of a data folder's engine; `none` if it recorded none. */
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
