import type { Api as ProfileApi } from '@hilo/profile/contract';
import type { SchemaOf } from '@hilo/service/contract';
import type { Api, ListPage } from '../api/api.ts';
import { statusOf } from '../api/api-error.ts';

/** A trait with where it comes from. */
export type Trait = SchemaOf<ProfileApi, 'Trait'> & { readonly name: string };

/** An event of a profile. */
export type ProfileEvent = SchemaOf<ProfileApi, 'Event'>;

/** When a profile became known and changed last. */
export type Metadata = SchemaOf<ProfileApi, 'Metadata'>['metadata'];

const PROFILE = 'GET /api/profile/v1/spaces/{space}/collections/users/profiles/{identifier}';

const paramsOf = (identifier: string) => ({ space: 'default', identifier });

const PAGE = 25;

/** The first of some identifiers that names somebody; null: none does. At most a handful are asked for. */
export async function findProfile(api: Api, identifiers: readonly string[]): Promise<string | null> {
  for (const identifier of identifiers) {
    try {
      await api.call(`${PROFILE}/metadata`, { params: paramsOf(identifier) });
      return identifier;
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
    }
  }
  return null;
}

/** When a profile became known, and its id. */
export async function readMetadata(api: Api, identifier: string, signal: AbortSignal): Promise<Metadata> {
  const input = { params: paramsOf(identifier), query: { verbose: 'true' } } as const;
  return (await api.call(`${PROFILE}/metadata`, input, { signal })).metadata;
}

/** Reads a page of a list of a profile's, after `next`. */
type ReadPage<T> = (api: Api, identifier: string, next: string | null, signal: AbortSignal) => Promise<ListPage<T>>;

/** A page of traits, by name. */
export const readTraits: ReadPage<Trait> = async (api, identifier, next, signal) => {
  const input = { params: paramsOf(identifier), query: { verbose: 'true', limit: PAGE, next } } as const;
  const { traits, cursor } = await api.call(`${PROFILE}/traits`, input, { signal });
  // Each is given in full, since the call asks for it.
  const all = Object.entries(traits as Readonly<Record<string, SchemaOf<ProfileApi, 'Trait'>>>);
  return pageOf(
    all.map(([name, trait]) => ({ ...trait, name })),
    cursor,
  );
};

/** A page of identifiers. */
export const readExternalIds: ReadPage<SchemaOf<ProfileApi, 'ExternalId'>> = async (api, identifier, next, signal) => {
  const input = { params: paramsOf(identifier), query: { limit: PAGE, next } };
  const { data, cursor } = await api.call(`${PROFILE}/external_ids`, input, { signal });
  return pageOf(data, cursor);
};

/** A page of the segments that a profile is in. */
export const readProfileSegments: ReadPage<SchemaOf<ProfileApi, 'Segment'>> = async (api, identifier, next, signal) => {
  const input = { params: paramsOf(identifier), query: { limit: PAGE, next } };
  const { data, cursor } = await api.call(`${PROFILE}/segments`, input, { signal });
  return pageOf(data, cursor);
};

/** A page of events, the newest first. */
export const readProfileEvents: ReadPage<ProfileEvent> = async (api, identifier, next, signal) => {
  const input = { params: paramsOf(identifier), query: { limit: PAGE, next } };
  const { data, cursor } = await api.call(`${PROFILE}/events`, input, { signal });
  return pageOf(data, cursor);
};

function pageOf<T>(items: readonly T[], { has_more, next }: SchemaOf<ProfileApi, 'Cursor'>): ListPage<T> {
  return { items, next: has_more ? next : null };
}
