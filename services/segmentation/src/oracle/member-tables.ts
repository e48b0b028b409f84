import type { MemoryTables, Statement } from '@hilo/streaming';

/** The tables `member` and `member_count` in memory, as the statements of `mirror-members.ts` change them. */
export class MemberTables implements MemoryTables {
  /** Segment → profiles in it. */
  readonly members = new Map<string, Set<string>>();
  /** Segment → how many, all partitions added up. */
  readonly counts = new Map<string, number>();

  rows(): readonly object[] {
    return [];
  }

  write(statements: readonly Statement[]): boolean {
    for (const { name, values } of statements) {
      const [segments, second, third] = values as [string[], (string | number)[], number[]];
      segments.forEach((segment, row) => {
        if (name === 'segmentation_add_member_counts') {
          this.counts.set(segment, (this.counts.get(segment) ?? 0) + (third[row] as number));
        } else if (name === 'segmentation_write_members') {
          this.members.set(segment, (this.members.get(segment) ?? new Set()).add(second[row] as string));
        } else if (this.members.get(segment)?.delete(second[row] as string) !== true) {
          throw new Error(`${second[row]} is removed from ${segment} without being in it`);
        }
      });
    }
    return true;
  }
}
