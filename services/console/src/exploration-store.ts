import type { SchemaOf } from '@hilo/service/contract';
import type { ExplorationKind } from './domain/exploration.ts';
import type { Api } from './http/contract.ts';
import type { By } from './ports.ts';

/** What a saved query or dashboard holds. */
export type ExplorationContent = SchemaOf<Api, 'QueryContent'> | SchemaOf<Api, 'DashboardContent'>;

/** A query or a dashboard to be saved. */
export interface NewExploration {
  readonly kind: ExplorationKind;
  readonly name: string;
  /** True: everybody who is signed in sees it. */
  readonly shared: boolean;
  readonly content: ExplorationContent;
}

/** A saved query or dashboard. */
export interface Exploration extends NewExploration {
  readonly id: string;
  /** The person's address; null: the person was removed, or it was the holder of the admin token. */
  readonly owner: string | null;
  readonly version: number;
  readonly created_at_ms: number;
  readonly updated_at_ms: number;
}

/** Who looks: sees the own and what is shared, admins everything. */
export interface Seer {
  readonly email: string | null;
  readonly isAdmin: boolean;
}

/** Saved queries and dashboards. */
export interface ExplorationStore {
  /** By id, after the given one. */
  list(kind: ExplorationKind, seer: Seer, after: string | null, limit: number): Promise<readonly Exploration[]>;
  find(kind: ExplorationKind, id: string, seer: Seer): Promise<Exploration | null>;
  add(id: string, added: NewExploration, owner: string | null, by: By): Promise<Exploration | 'limit_reached'>;
  /** Changes what has that version; the owner's to do, and admins'. */
  change(
    id: string,
    changed: NewExploration,
    version: number,
    seer: Seer,
    by: By,
  ): Promise<Exploration | 'unknown' | 'not_yours' | 'other_version'>;
  remove(kind: ExplorationKind, id: string, seer: Seer, by: By): Promise<'removed' | 'unknown' | 'not_yours'>;
}
