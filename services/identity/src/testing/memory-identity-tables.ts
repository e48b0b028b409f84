import type { Statement } from '@hilo/streaming';
import type { MemoryTables } from '@hilo/streaming/testing';

interface ProfileRow {
  readonly profile_id: string;
  readonly created_at_ms: string;
  readonly version: string;
  readonly merge_version: string;
  readonly identifiers: unknown;
  readonly absorbed: unknown;
  readonly merged_into: string | null;
}

/** Columns of a statement's values, as `unnest` would have them, row by row. */
type Cells = readonly (string | number | null)[];

/** The identity tables in memory: they refuse what the keys and guards of the real ones refuse. */
export class MemoryIdentityTables implements MemoryTables {
  #profiles = new Map<string, ProfileRow>();
  #links = new Map<string, string>();
  #merged = new Set<string>();

  rows({ name, values }: Statement): readonly object[] {
    if (name !== 'identity-load') throw new Error(`there is no query ${name}`);
    const found = cellsOf(values).map(([type, value]) => this.#links.get(`${type}\0${value}`));
    return [...new Set(found)].flatMap((id) => (id === undefined ? [] : [this.#living(id)]));
  }

  write(statements: readonly Statement[]): boolean {
    const before = [new Map(this.#profiles), new Map(this.#links), new Set(this.#merged)] as const;
    if (statements.every((statement) => this.#apply(statement) === statement.expect_rows)) return true;
    [this.#profiles, this.#links, this.#merged] = before;
    return false;
  }

  /** Applies a statement; hands back how many rows it returns. */
  #apply({ name, values }: Statement): number {
    const one = this.#rowWriter(name);
    return cellsOf(values).filter(one).length;
  }

  #rowWriter(name: string): (cells: Cells) => boolean {
    switch (name) {
      case 'identity-create-profiles':
        return ([id, created_at_ms, merge_version, ...content]) =>
          !this.#profiles.has(String(id)) && this.#putProfile(id, created_at_ms, 1, merge_version, content);
      case 'identity-update-profiles':
        return ([id, version, merge_version, ...content]) => {
          const stored = this.#profiles.get(String(id));
          if (stored?.version !== String(version)) return false;
          return this.#putProfile(id, stored.created_at_ms, Number(version) + 1, merge_version, content);
        };
      case 'identity-insert-links':
        return ([type, value, profile_id]) => this.#putLink(undefined, type, value, profile_id);
      case 'identity-move-links':
        return ([type, value, from, to]) => this.#putLink(String(from), type, value, to);
      case 'identity-insert-merges':
        return ([absorbed]) => !this.#merged.has(String(absorbed)) && this.#merged.add(String(absorbed)).size > 0;
      default:
        throw new Error(`there is no statement ${name}`);
    }
  }

  #putProfile(id: unknown, created_at_ms: unknown, version: number, merge_version: unknown, content: Cells): boolean {
    const [identifiers, absorbed, merged_into] = content;
    this.#profiles.set(String(id), {
      profile_id: String(id),
      created_at_ms: String(created_at_ms),
      version: String(version),
      merge_version: String(merge_version),
      identifiers: JSON.parse(String(identifiers)),
      absorbed: JSON.parse(String(absorbed)),
      merged_into: typeof merged_into === 'string' ? merged_into : null,
    });
    return true;
  }

  #putLink(expected: string | undefined, type: unknown, value: unknown, profile_id: unknown): boolean {
    const key = `${String(type)}\0${String(value)}`;
    if (this.#links.get(key) !== expected) return false;
    this.#links.set(key, String(profile_id));
    return true;
  }

  #living(profile_id: string): ProfileRow {
    const row = this.#profiles.get(profile_id);
    if (row === undefined || row.merged_into !== null)
      throw new Error(`an identifier points to ${profile_id}, which is no living profile`);
    return row;
  }
}

function cellsOf(columns: readonly unknown[]): readonly Cells[] {
  const [first = []] = columns as readonly Cells[];
  return first.map((_, row) => columns.map((column) => (column as Cells)[row] ?? null));
}
