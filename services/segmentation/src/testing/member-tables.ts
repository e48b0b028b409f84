import type { Statement } from '@hilo/streaming';
import { type MemoryTables, rowsOf } from '@hilo/streaming/testing';

interface MemberKey {
  readonly segment: string;
  readonly profile_id: string;
}

/** The stage's own tables in memory, as its statements change them. */
export class MemberTables implements MemoryTables {
  /** Segment → profiles in it. */
  readonly members = new Map<string, Set<string>>();
  /** Segment → how many, all partitions added up. */
  readonly counts = new Map<string, number>();

  /** Partition and number of a change of definitions → the partition's position when it folded the change. */
  readonly positions = new Map<string, Readonly<Record<string, number>>>();

  rows(): readonly object[] {
    return [];
  }

  write(statements: readonly Statement[]): boolean {
    for (const statement of statements) this.#apply(statement);
    return true;
  }

  #apply(statement: Statement): void {
    switch (statement.name) {
      case 'segmentation-write-members':
        for (const { segment, profile_id } of rowsOf<MemberKey>(statement))
          this.members.set(segment, (this.members.get(segment) ?? new Set()).add(profile_id));
        return;
      case 'segmentation-remove-members':
        for (const { segment, profile_id } of rowsOf<MemberKey>(statement))
          if (this.members.get(segment)?.delete(profile_id) !== true)
            throw new Error(`${profile_id} is removed from ${segment} without being in it`);
        return;
      case 'segmentation-add-member-counts':
        for (const { segment, delta } of rowsOf<{ segment: string; delta: number }>(statement))
          this.counts.set(segment, (this.counts.get(segment) ?? 0) + delta);
        return;
      case 'segmentation-note-definitions':
        for (const row of rowsOf<{ partition: number; number: number; offsets: string }>(statement)) {
          const id = `${row.partition} ${row.number}`;
          if (!this.positions.has(id)) this.positions.set(id, JSON.parse(row.offsets) as Record<string, number>);
        }
        return;
      default:
        throw new Error(`there is no statement ${statement.name}`);
    }
  }
}
