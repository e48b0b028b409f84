import type { Identifier } from '@hilo/schemas';

/** Why an identifier was linked to its profile, or two profiles were merged. */
export type LinkRule = 'same_event' | 'alias' | 'merge_call';

/** The event behind a link or a merge. */
export interface Evidence {
  readonly source: string;
  readonly message_id: string;
  readonly rule: LinkRule;
  /** Timestamp of the event, ms. */
  readonly event_time_ms: number;
  /** When it was decided, ms. */
  readonly decided_at_ms: number;
}

/** A profile as stored. */
export interface StoredProfile {
  readonly profile_id: string;
  readonly created_at_ms: number;
  /** Grows with each write of the row. */
  readonly version: number;
  /** Version of the last merge that the profile took part in; 0 before the first. */
  readonly merge_version: number;
  readonly identifiers: readonly Identifier[];
  /** Every profile absorbed into this one, directly or through another. */
  readonly absorbed: readonly string[];
}

/** A profile in a batch's view of the graph. */
export interface GraphProfile {
  readonly profile_id: string;
  readonly created_at_ms: number;
  /** Version of the row when it was read; 0 for a profile that this batch creates. */
  readonly storedVersion: number;
  merge_version: number;
  identifiers: readonly Identifier[];
  absorbed: readonly string[];
  /** Set once another profile has absorbed it. */
  merged_into: string | null;
}

/** A link in a batch's view of the graph. */
export interface GraphLink {
  readonly identifier: Identifier;
  profile_id: string;
  /** Profile in the row when it was read; null for a link that this batch creates. */
  readonly storedProfileId: string | null;
  /** Known for links that this batch creates. */
  readonly evidence: Evidence | null;
}

/** A merge that this batch decided. */
export interface GraphMerge {
  readonly merge_id: string;
  readonly absorbed: string;
  readonly survivor: string;
  readonly also_absorbed: readonly string[];
  readonly version: number;
  /** Identifiers that moved. */
  readonly identifiers: readonly Identifier[];
  readonly evidence: Evidence;
}

/** What changed in the graph, each row once. */
export interface GraphChanges {
  readonly created: readonly GraphProfile[];
  readonly updated: readonly GraphProfile[];
  readonly linked: readonly GraphLink[];
  readonly moved: readonly GraphLink[];
  readonly merges: readonly GraphMerge[];
}

/** The part of the identity graph that one batch touches, with its changes. Lives for one batch. */
export class IdentityGraph {
  readonly #links = new Map<string, GraphLink>();
  readonly #profiles = new Map<string, GraphProfile>();
  readonly #changed = new Set<GraphProfile>();
  readonly #merges: GraphMerge[] = [];

  /** `stored`: every profile that owns one of the batch's identifiers, with all of its identifiers. */
  constructor(stored: readonly StoredProfile[]) {
    for (const { version, ...profile } of stored) {
      this.#profiles.set(profile.profile_id, { ...profile, storedVersion: version, merged_into: null });
      for (const identifier of profile.identifiers)
        this.#links.set(keyOf(identifier), {
          identifier,
          profile_id: profile.profile_id,
          storedProfileId: profile.profile_id,
          evidence: null,
        });
    }
  }

  /** The profile that owns an identifier; undefined for an unknown one. */
  profileOf(identifier: Identifier): GraphProfile | undefined {
    const link = this.#links.get(keyOf(identifier));
    return link === undefined ? undefined : this.#profile(link.profile_id);
  }

  /** Adds a profile without identifiers. */
  create(profile_id: string, created_at_ms: number): GraphProfile {
    if (this.#profiles.has(profile_id)) throw new Error(`profile ${profile_id} exists`);
    const profile: GraphProfile = {
      profile_id,
      created_at_ms,
      storedVersion: 0,
      merge_version: 0,
      identifiers: [],
      absorbed: [],
      merged_into: null,
    };
    this.#profiles.set(profile_id, profile);
    this.#changed.add(profile);
    return profile;
  }

  /** Links unknown identifiers to a profile. */
  link(profile: GraphProfile, identifiers: readonly Identifier[], evidence: Evidence): void {
    if (identifiers.length === 0) return;
    for (const identifier of identifiers)
      this.#links.set(keyOf(identifier), {
        identifier,
        profile_id: profile.profile_id,
        storedProfileId: null,
        evidence,
      });
    profile.identifiers = [...profile.identifiers, ...identifiers];
    this.#changed.add(profile);
  }

  /**
   * Merges one profile, with everything it has, into another. The version is higher than that of any earlier merge of
   * either.
   */
  absorb(survivor: GraphProfile, absorbed: GraphProfile, merge_id: string, evidence: Evidence): GraphMerge {
    const version = Math.max(survivor.merge_version, absorbed.merge_version) + 1;
    const merge: GraphMerge = {
      merge_id,
      absorbed: absorbed.profile_id,
      survivor: survivor.profile_id,
      also_absorbed: absorbed.absorbed,
      version,
      identifiers: absorbed.identifiers,
      evidence,
    };
    for (const identifier of absorbed.identifiers) this.#link(identifier).profile_id = survivor.profile_id;
    survivor.identifiers = [...survivor.identifiers, ...absorbed.identifiers];
    survivor.absorbed = [...survivor.absorbed, absorbed.profile_id, ...absorbed.absorbed];
    survivor.merge_version = version;
    absorbed.merge_version = version;
    absorbed.identifiers = [];
    absorbed.absorbed = [];
    absorbed.merged_into = survivor.profile_id;
    this.#changed.add(survivor).add(absorbed);
    this.#merges.push(merge);
    return merge;
  }

  /** What to write so that this view becomes durable. */
  changes(): GraphChanges {
    const changed = [...this.#changed];
    // Links can have changed only at a profile that changed.
    const links = changed.flatMap((profile) => profile.identifiers.map((identifier) => this.#link(identifier)));
    return {
      created: changed.filter((profile) => profile.storedVersion === 0),
      updated: changed.filter((profile) => profile.storedVersion > 0),
      linked: links.filter((link) => link.storedProfileId === null),
      moved: links.filter((link) => link.storedProfileId !== null && link.storedProfileId !== link.profile_id),
      merges: this.#merges,
    };
  }

  #profile(profile_id: string): GraphProfile {
    const profile = this.#profiles.get(profile_id);
    if (profile === undefined) throw new Error(`profile ${profile_id} is linked but was not loaded`);
    return profile;
  }

  #link(identifier: Identifier): GraphLink {
    const link = this.#links.get(keyOf(identifier));
    if (link === undefined) throw new Error(`an identifier of type ${identifier.type} has no link`);
    return link;
  }
}

/** One text for one identifier; values contain no NUL. */
export function keyOf({ type, value }: Identifier): string {
  return `${type}\0${value}`;
}
