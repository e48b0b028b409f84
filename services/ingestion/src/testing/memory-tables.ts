import type { Statement } from '@hilo/streaming';
import { type MemoryTables, rowsOf, valuesOf } from '@hilo/streaming/testing';

/** The stage's statements on its tables, in memory: a digest is unique per day. */
export class MemoryIngestionTables implements MemoryTables {
  readonly seen = new Set<string>();
  readonly rejections: string[] = [];

  rows(statement: Statement): readonly object[] {
    if (statement.name !== 'ingestion-load-seen') throw new Error(`there is no query ${statement.name}`);
    const wanted = new Set(valuesOf(statement)['digest'] as readonly string[]);
    const digests = new Set([...this.seen].map((row) => row.slice(11)));
    return [...wanted].filter((digest) => digests.has(digest)).map((digest) => ({ digest }));
  }

  write(statements: readonly Statement[]): boolean {
    const inserted = statements.filter(({ name }) => name === 'ingestion-remember-seen').flatMap(daysOfDigests);
    if (inserted.some((row) => this.seen.has(row)) || new Set(inserted).size < inserted.length) return false;
    for (const row of inserted) this.seen.add(row);
    for (const statement of statements.filter(({ name }) => name === 'ingestion-list-rejected'))
      this.rejections.push(...rowsOf<{ rejection_id: string }>(statement).map(({ rejection_id }) => rejection_id));
    return true;
  }
}

function daysOfDigests(statement: Statement): readonly string[] {
  const { day, digest } = valuesOf(statement) as { day: readonly string[]; digest: readonly string[] };
  return day.flatMap((one) => digest.map((of) => `${one} ${of}`));
}
