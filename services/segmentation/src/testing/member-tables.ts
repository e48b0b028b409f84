import type { Statement } from '@hilo/streaming';
import type { MemoryTables } from '@hilo/streaming/testing';

/** The stage's own tables in memory, as the statements of its processors change them. */
export class MemberTables implements MemoryTables {
  /** Segment → profiles in it. */
  readonly members = new Map<string, Set<string>>();
  /** Segment → how many, all partitions added up. */
  readonly counts = new Map<string, number>();

  /** Partition and number of a change of definitions → where the partition stood when it folded it. */
  readonly positions = new Map<string, Readonly<Record<string, number>>>();

  rows(): readonly object[] {
    return [];
  }

  write(statements: readonly Statement[]): boolean {
    for (const { name, values } of statements) {
      if (name === 'segmentation_note_definitions') {
        this.#note(values as [number[], number[], string[]]);
        continue;
      }
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

  #note([partitions, numbers, offsets]: readonly [number[], number[], string[]]): void {
    partitions.forEach((partition, row) => {
      const id = `${partition} ${numbers[row]}`;
      if (!this.positions.has(id)) this.positions.set(id, JSON.parse(offsets[row] ?? '{}') as Record<string, number>);
    });
  }
}
