import { chmodSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isRoot } from './privileges.ts';

const OTHERS = 0o077;
const PASS_THROUGH = 0o011;

/**
 * Removes other users' access to files that an earlier version left readable: folders become 0700, files 0600,
 * executable ones 0700. For root, the data folder itself stays passable (0711), because PostgreSQL, as another user,
 * has its folder in it. Skips what this user may not change, because it belongs to somebody else. Does not follow
 * symbolic links.
 */
export function keepToOwners(data: string): void {
  keep(data, isRoot() ? PASS_THROUGH : 0);
}

function keep(path: string, besides: number): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined || found.isSymbolicLink()) return;
  const wanted = (found.mode & 0o700) | besides;
  if ((found.mode & OTHERS) !== besides && !changeMode(path, wanted)) return;
  if (found.isDirectory()) for (const name of namesIn(path)) keep(join(path, name), 0);
}

function changeMode(path: string, mode: number): boolean {
  return unlessGoneOrForeign(() => chmodSync(path, mode)) !== null;
}

function namesIn(folder: string): readonly string[] {
  return unlessGoneOrForeign(() => readdirSync(folder)) ?? [];
}

/** Null if a file is gone, or belongs to somebody else. */
function unlessGoneOrForeign<T>(act: () => T): T | null {
  try {
    return act();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EPERM' || code === 'EACCES') return null;
    throw error;
  }
}
