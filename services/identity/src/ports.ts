import type { Identifier } from '@hilo/schemas';
import type { Evidence, GraphMerge } from './domain/identity-graph.ts';

/** An identifier, its profile, and why it belongs there. */
export interface KnownIdentifier extends Identifier {
  /** The living profile. */
  readonly profile_id: string;
  readonly evidence: Evidence;
}

/** A profile in the graph. */
export interface KnownProfile {
  readonly profile_id: string;
  readonly created_at_ms: number;
  /** The living profile that this one was merged into, through any number of merges; null for a living one. */
  readonly survivor: string | null;
  /** Empty for an absorbed one. */
  readonly identifiers: readonly KnownIdentifier[];
  /** Merges that created or ended it, oldest first. */
  readonly merges: readonly GraphMerge[];
}

/** Reads the identity graph for people and programs. */
export interface IdentityReader {
  identifier(identifier: Identifier): Promise<KnownIdentifier | null>;
  profile(profile_id: string): Promise<KnownProfile | null>;
}

/** Injection tokens of the module. */
export const TOKENS = { reader: Symbol('IdentityReader') } as const;
