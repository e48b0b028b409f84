import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** One file of SQL. Once it has run anywhere, it never changes: the next idea is the next file. */
export interface MigrationFile {
  /** `<folder>/<file>`. */
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/** Short fingerprint of a text. */
export function checksumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** The `.sql` files of a folder in the order of their names; none if the folder does not exist. */
export function migrationFiles(folder: string, label = basename(folder)): MigrationFile[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => {
      const sql = readFileSync(join(folder, file), 'utf8');
      return { name: `${label}/${file}`, sql, checksum: checksumOf(sql) };
    });
}

/** Throws if a migration that has run differs from its current file. */
export function refuseChanged(name: string, before: string, now: string): void {
  if (before === now) return;
  throw new Error(
    `migration ${name} was changed after it ran here: restore it and write a new file, or start afresh (--fresh)`,
  );
}
