import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The files of the repository, by what names in them mean. */
export interface RepositoryFiles {
  /** TypeScript and JavaScript that people write, but for what speaks of names itself. */
  readonly code: readonly string[];
  /** Avro schemas and tables: every name is a field. */
  readonly data: readonly string[];
  /** Pages that speak of the code as it is. Decision records stay as they were written. */
  readonly pages: readonly string[];
}

/** Reads which files git knows. */
export function repositoryFiles(root: string): RepositoryFiles {
  const all = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    ...{ cwd: root, encoding: 'utf8' },
    maxBuffer: 64 * 1024 * 1024,
  });
  const files = all.split('\n').filter((path) => path !== '' && existsSync(join(root, path)));
  return {
    code: files.filter(
      (path) => /\.(tsx?|mjs)$/.test(path) && path !== 'schemas/src/types.ts' && !path.startsWith('test/casing/'),
    ),
    data: files.filter((path) => /\.(avsc|sql)$/.test(path) && !path.includes('/golden/')),
    pages: files.filter((path) => path.endsWith('.md') && !/^docs\/(adr|specification)\//.test(path)),
  };
}
