import type { Statement } from '@hilo/streaming';
import type { MemoryTables } from '@hilo/streaming/testing';

/** What the stage's statements do to its tables, in memory: a digest is unique per day. */
export class MemoryIngestionTables implements MemoryTables {
  readonly seen = new Set<string>();
  readonly rejections: string[] = [];

  rows({ name, values }: Statement): readonly object[] {
    if (name !== 'ingestion-seen') throw new Error(`unknown query ${name}`);
    const wanted = new Set(values[0] as readonly string[]);
    const digests = new Set([...this.seen].map((row) => row.slice(11)));
    return [...wanted].filter((digest) => digests.has(digest)).map((digest) => ({ digest }));
  }

  write(statements: readonly Statement[]): boolean {
    const inserted = statements
      .filter(({ name }) => name === 'ingestion-remember')
      .flatMap(({ values: [digests, days] }) =>
        (days as string[]).flatMap((day) => (digests as string[]).map((digest) => `${day} ${digest}`)),
      );
    if (inserted.some((row) => this.seen.has(row)) || new Set(inserted).size < inserted.length) return false;
    for (const row of inserted) this.seen.add(row);
    for (const { name, values } of statements)
      if (name === 'ingestion-list-rejected') this.rejections.push(...(values[0] as string[]));
    return true;
  }
}
