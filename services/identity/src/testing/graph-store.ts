import { type GraphChanges, type StoredProfile, IdentityGraph, keyOf } from '../domain/identity-graph.ts';
import type { Mention } from '../domain/read-identifiers.ts';

/** Where the identity graph is kept. */
export interface GraphStore {
  /** The graph around these identifiers. */
  load(mentions: readonly Mention[]): Promise<IdentityGraph>;
  /** Writes all or nothing; false where a row is not as it was read. */
  write(changes: GraphChanges): Promise<boolean>;
}

/** A graph store in memory that refuses what the constraints and guards of the real one refuse. */
export class MemoryGraphStore implements GraphStore {
  readonly #profiles = new Map<string, StoredProfile & { readonly merged_into: string | null }>();
  readonly #links = new Map<string, string>();

  async load(mentions: readonly Mention[]): Promise<IdentityGraph> {
    const ids = mentions.flatMap(({ readings }) => readings.map((reading) => this.#links.get(keyOf(reading))));
    return new IdentityGraph([...new Set(ids)].flatMap((id) => (id === undefined ? [] : this.#stored(id))));
  }

  async write({ created, updated, linked, moved }: GraphChanges): Promise<boolean> {
    const fresh =
      created.every(({ profile_id }) => !this.#profiles.has(profile_id)) &&
      updated.every(({ profile_id, stored_version }) => this.#profiles.get(profile_id)?.version === stored_version) &&
      linked.every(({ identifier }) => !this.#links.has(keyOf(identifier))) &&
      moved.every(({ identifier, stored_profile_id }) => this.#links.get(keyOf(identifier)) === stored_profile_id);
    if (!fresh) return false;
    for (const { stored_version, ...profile } of [...created, ...updated])
      this.#profiles.set(profile.profile_id, { ...profile, version: stored_version + 1 });
    for (const { identifier, profile_id } of [...linked, ...moved]) this.#links.set(keyOf(identifier), profile_id);
    return true;
  }

  #stored(profile_id: string): StoredProfile {
    const profile = this.#profiles.get(profile_id);
    if (profile === undefined || profile.merged_into !== null)
      throw new Error(`an identifier points to ${profile_id}, which is no living profile`);
    const { merged_into: _, ...stored } = profile;
    return stored;
  }
}
