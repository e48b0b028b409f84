import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

/** True where this runs from its TypeScript sources (Node strips the types), false where it runs from `infra/dist`. */
export const fromSources = import.meta.url.endsWith('.ts');

/** Root folder of the repository. */
export const repositoryRoot = fromSources ? join(here, '../..') : join(here, '../../..');

/** Downloaded programs and class-data archives: written by `infra/bootstrap.mjs`, safe to delete. */
export const cacheFolder = process.env.HILO_CACHE ?? join(repositoryRoot, '.cache');

/** A file of the source tree's `infra` folder, also when this runs from `infra/dist`. */
export function infraFile(...path: string[]): string {
  return join(repositoryRoot, 'infra', ...path);
}

/** A program of ours beside this file, as it can be run by this Node: `.ts` from sources, `.js` from `dist`. */
export function ownProgram(path: string): string {
  return join(here, `${path}.${fromSources ? 'ts' : 'js'}`);
}

/** Folder of an installed npm package, whatever it exports; null where it isn't installed (other platform). */
export function packageFolder(name: string): string | null {
  const roots = createRequire(import.meta.url).resolve.paths(name) ?? [];
  return roots.map((root) => join(root, name)).find((folder) => existsSync(join(folder, 'package.json'))) ?? null;
}
