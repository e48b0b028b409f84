import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cacheFolder } from '../embedded/paths.ts';

/**
 * Path of `prometheus` or `promtool`: on the PATH, or where the set-up of `npm test` unpacked Debian's package. Throws
 * with what to install if there is none.
 */
export function prometheusProgram(name: 'prometheus' | 'promtool'): string {
  const folders = [...(process.env.PATH ?? '').split(delimiter), join(cacheFolder, 'prometheus/usr/bin')];
  const found = folders.map((folder) => join(folder, name)).find(isProgram);
  if (found === undefined)
    throw new Error(`${name} is needed: install it (Debian: apt install prometheus; macOS: brew install prometheus)`);
  return found;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
