import type { Identifier } from '@hilo/schemas';
import type { Evidence, GraphMerge } from './domain/identity-graph.ts';

/** An identifier, its profile, and why it belongs there. */
export interface KnownIdentifier extends Identifier {
  /** The living profile. */
  readonly profile_id: string;
  readonly evidence: Evidence;
}

/** A profile as the graph has it. */
export interface KnownProfile {
  readonly profile_id: string;
  readonly created_at_ms: number;
  /** The living profile that this one was merged into, through however many merges; null for a living one. */
  readonly survivor: string | null;
  /** Empty for a merged one. */
  readonly identifiers: readonly KnownIdentifier[];
  /** Merges that made it, or that ended it, oldest first. */
  readonly merges: readonly GraphMerge[];
}

/** Reads the identity graph for people and programs. */
export interface IdentityReader {
  identifier(identifier: Identifier): Promise<KnownIdentifier | null>;
  profile(profile_id: string): Promise<KnownProfile | null>;
}

/** Tokens of what the module provides. */
export const TOKENS = { reader: Symbol('IdentityReader') } as const;
