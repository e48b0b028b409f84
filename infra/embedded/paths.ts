import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

/** True if this runs from its TypeScript sources (Node strips the types), false if it runs from `infra/dist`. */
export const fromSources = import.meta.url.endsWith('.ts');

/** Root folder of the repository. */
export const repositoryRoot = fromSources ? join(here, '../..') : join(here, '../../..');

/** Downloaded programs and class-data archives: written by `infra/bootstrap.mjs`, safe to delete. */
export const cacheFolder = process.env.HILO_CACHE ?? join(repositoryRoot, '.cache');

/** A file of the source tree's `infra` folder, also if this runs from `infra/dist`. */
export function infraFile(...path: string[]): string {
  return join(repositoryRoot, 'infra', ...path);
}

/** One of our programs beside this file, as this Node can run it: `.ts` from sources, `.js` from `dist`. */
export function ownProgram(path: string): string {
  return join(here, `${path}.${fromSources ? 'ts' : 'js'}`);
}

/** Folder of an installed npm package, whatever it exports; null if it is not installed (other platform). */
export function packageFolder(name: string): string | null {
  const roots = createRequire(import.meta.url).resolve.paths(name) ?? [];
  return roots.map((root) => join(root, name)).find((folder) => existsSync(join(folder, 'package.json'))) ?? null;
}
