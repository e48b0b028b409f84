import { type Api, type ListPage, pathOf } from '../api/api.ts';
import { statusOf } from '../api/api-error.ts';

/** A trait with where it comes from. */
export interface Trait {
  readonly name: string;
  readonly value: unknown;
  readonly source_id: string | null;
  readonly message_id: string | null;
  readonly updated_at: string | null;
}

/** An identifier with the event that linked it. */
export interface ExternalId {
  readonly source_id: string | null;
  readonly id: string;
  readonly type: string;
  readonly created_at: string | null;
  readonly first_message_id: string | null;
}

/** A segment that a profile is in. */
export interface ProfileSegment {
  readonly segment: string;
  readonly version: number;
  readonly since: string | null;
}

/** An event of a profile. */
export interface ProfileEvent {
  readonly external_ids: readonly { readonly type: string; readonly id: string }[];
  readonly context: unknown;
  readonly type: string;
  readonly message_id: string;
  readonly source_id: string;
  readonly timestamp: string | null;
  readonly properties: unknown;
  /** Name of a track event; null for other calls. */
  readonly event: string | null;
}

/** When a profile became known and changed last. */
export interface Metadata {
  readonly created_at: string | null;
  readonly updated_at: string | null;
  readonly profile_id?: string;
}

interface Cursor {
  readonly has_more: boolean;
  readonly next: string;
}

const baseOf = (identifier: string): string =>
  pathOf`/api/profile/v1/spaces/default/collections/users/profiles/${identifier}`;

const PAGE = 25;

/** The first of some identifiers that names somebody; null: none does. At most a handful are asked for. */
export async function findProfile(api: Api, identifiers: readonly string[]): Promise<string | null> {
  for (const identifier of identifiers) {
    try {
      await api.get(`${baseOf(identifier)}/metadata`);
      return identifier;
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
    }
  }
  return null;
}

/** When a profile became known, and its id. */
export async function readMetadata(api: Api, identifier: string, signal: AbortSignal): Promise<Metadata> {
  const answer = await api.get<{ metadata: Metadata }>(`${baseOf(identifier)}/metadata`, { verbose: 'true' }, signal);
  return answer.metadata;
}

/** A page of traits, by name. */
export async function readTraits(
  api: Api,
  identifier: string,
  next: string | null,
  signal: AbortSignal,
): Promise<ListPage<Trait>> {
  const answer = await api.get<{ traits: Record<string, Omit<Trait, 'name'>>; cursor: Cursor }>(
    `${baseOf(identifier)}/traits`,
    { verbose: 'true', limit: PAGE, next },
    signal,
  );
  const items = Object.entries(answer.traits).map(([name, trait]) => ({ ...trait, name }));
  return { items, next: nextOf(answer.cursor) };
}

/** Lists of a profile that share their form. */
interface Collections {
  readonly external_ids: ExternalId;
  readonly segments: ProfileSegment;
  readonly events: ProfileEvent;
}

/** A page of a profile's identifiers, segments or events (the newest first). */
export async function readCollection<K extends keyof Collections>(
  api: Api,
  identifier: string,
  collection: K,
  next: string | null,
  signal: AbortSignal,
): Promise<ListPage<Collections[K]>> {
  const answer = await api.get<{ data: readonly Collections[K][]; cursor: Cursor }>(
    `${baseOf(identifier)}/${collection}`,
    { limit: PAGE, next },
    signal,
  );
  return { items: answer.data, next: nextOf(answer.cursor) };
}

function nextOf({ has_more, next }: Cursor): string | null {
  return has_more ? next : null;
}
