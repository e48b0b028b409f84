import type { Statement } from '@hilo/streaming';
import { type MemoryTables, rowsOf } from '@hilo/streaming/testing';

interface ProfileRow {
  readonly profile_id: string;
  readonly created_at_ms: string;
  readonly version: string;
  readonly merge_version: string;
  readonly identifiers: unknown;
  readonly absorbed: unknown;
  readonly merged_into: string | null;
}

/** A row of a statement, by the names of its columns. */
type Written = Readonly<Record<string, string | number | null>>;

/** The identity tables in memory: they refuse what the keys and guards of the real tables refuse. */
export class MemoryIdentityTables implements MemoryTables {
  #profiles = new Map<string, ProfileRow>();
  #links = new Map<string, string>();
  #merged = new Set<string>();

  rows(statement: Statement): readonly object[] {
    if (statement.name !== 'identity-load-graph') throw new Error(`there is no query ${statement.name}`);
    const found = rowsOf<Written>(statement).map(({ type, value }) => this.#links.get(`${type}\0${value}`));
    return [...new Set(found)].flatMap((id) => (id === undefined ? [] : [this.#living(id)]));
  }

  write(statements: readonly Statement[]): boolean {
    const before = [new Map(this.#profiles), new Map(this.#links), new Set(this.#merged)] as const;
    if (statements.every((statement) => this.#apply(statement) === statement.expectRows)) return true;
    [this.#profiles, this.#links, this.#merged] = before;
    return false;
  }

  /** Applies a statement; returns how many rows it returns. */
  #apply(statement: Statement): number {
    return rowsOf<Written>(statement).filter((row) => this.#write(statement.name, row)).length;
  }

  #write(name: string, row: Written): boolean {
    switch (name) {
      case 'identity-create-profiles':
        return !this.#profiles.has(String(row['profile_id'])) && this.#putProfile({ ...row, version: 1 });
      case 'identity-update-profiles': {
        const stored = this.#profiles.get(String(row['profile_id']));
        if (stored?.version !== String(row['version'])) return false;
        return this.#putProfile({ ...row, created_at_ms: stored.created_at_ms, version: Number(stored.version) + 1 });
      }
      case 'identity-insert-links':
        return this.#putLink(undefined, row, row['profile_id']);
      case 'identity-move-links':
        return this.#putLink(String(row['from_profile']), row, row['to_profile']);
      case 'identity-insert-merges': {
        const absorbed = String(row['absorbed']);
        return !this.#merged.has(absorbed) && this.#merged.add(absorbed).size > 0;
      }
      default:
        throw new Error(`there is no statement ${name}`);
    }
  }

  #putProfile(row: Written): boolean {
    const { profile_id, created_at_ms, version, merge_version, identifiers, absorbed, merged_into } = row;
    this.#profiles.set(String(profile_id), {
      profile_id: String(profile_id),
      created_at_ms: String(created_at_ms),
      version: String(version),
      merge_version: String(merge_version),
      identifiers: JSON.parse(String(identifiers)),
      absorbed: JSON.parse(String(absorbed)),
      merged_into: typeof merged_into === 'string' ? merged_into : null,
    });
    return true;
  }

  #putLink(expected: string | undefined, { type, value }: Written, profile_id: unknown): boolean {
    const key = `${type}\0${value}`;
    if (this.#links.get(key) !== expected) return false;
    this.#links.set(key, String(profile_id));
    return true;
  }

  #living(profile_id: string): ProfileRow {
    const row = this.#profiles.get(profile_id);
    if (row === undefined || row.merged_into !== null)
      throw new Error(`an identifier points to ${profile_id}, which is not a living profile`);
    return row;
  }
}
