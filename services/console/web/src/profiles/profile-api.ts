import type { Api as ProfileApi } from '@hilo/profile/contract';
import type { SchemaOf } from '@hilo/service/contract';
import type { Api, ListPage } from '../api/api.ts';
import { statusOf } from '../api/api-error.ts';
import { type Candidate, isProfileId } from './candidates.ts';

/** A trait with where it comes from. */
export type Trait = SchemaOf<ProfileApi, 'Trait'> & { readonly name: string };

/** An event of a profile. */
export type ProfileEvent = SchemaOf<ProfileApi, 'Event'>;

/** When a profile became known and changed last. */
export type Metadata = SchemaOf<ProfileApi, 'Metadata'>['metadata'];

/** A lookup that takes longer is none. */
const LOOKED_UP_WITHIN_MS = 30_000;

const PROFILE = 'GET /api/profile/v1/spaces/{space}/collections/users/profiles/{identifier}';

/** A profile by its own id: nothing that identifies a person stands in an address. */
const paramsOf = (id: string) => ({ space: 'default', identifier: `profile_id:${id}` });

const PAGE = 25;

/** The id of the profile that the first of some candidates leads to; null: none does. At most a handful are asked for. */
export async function findProfile(api: Api, candidates: readonly Candidate[]): Promise<string | null> {
  for (const candidate of candidates) {
    const id = await idOf(api, candidate);
    // A profile is resolved a moment before it can be shown.
    const profile = id === null ? null : await ifThere(readMetadata(api, id));
    if (id !== null && profile !== null) return profile.profile_id ?? id;
  }
  return null;
}

async function idOf(api: Api, identifier: Candidate): Promise<string | null> {
  if (identifier.type === 'profile_id') return isProfileId(identifier.value) ? identifier.value : null;
  const within = { withinMs: LOOKED_UP_WITHIN_MS };
  const found = await ifThere(api.call('POST /api/identity/v1/profiles/lookup', { body: { identifier } }, within));
  return found === null ? null : found.profile_id;
}

/** An answer; null: nobody is there, or nobody can be, because the type of the identifier is not known. */
async function ifThere<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (statusOf(error) === 404 || statusOf(error) === 400) return null;
    throw error;
  }
}

/** When a profile became known, and its id. */
export async function readMetadata(api: Api, id: string, signal?: AbortSignal): Promise<Metadata> {
  const input = { params: paramsOf(id), query: { verbose: 'true' } } as const;
  return (await api.call(`${PROFILE}/metadata`, input, { signal })).metadata;
}

/** Reads a page of a list of a profile's, after `next`. */
type ReadPage<T> = (api: Api, id: string, next: string | null, signal: AbortSignal) => Promise<ListPage<T>>;

/** A page of traits, by name. */
export const readTraits: ReadPage<Trait> = async (api, id, next, signal) => {
  const input = { params: paramsOf(id), query: { verbose: 'true', limit: PAGE, next } } as const;
  const { traits, cursor } = await api.call(`${PROFILE}/traits`, input, { signal });
  // Each is given in full, since the call asks for it.
  const all = Object.entries(traits as Readonly<Record<string, SchemaOf<ProfileApi, 'Trait'>>>);
  return pageOf(
    all.map(([name, trait]) => ({ ...trait, name })),
    cursor,
  );
};

/** A page of identifiers. */
export const readExternalIds: ReadPage<SchemaOf<ProfileApi, 'ExternalId'>> = async (api, id, next, signal) => {
  const input = { params: paramsOf(id), query: { limit: PAGE, next } };
  const { data, cursor } = await api.call(`${PROFILE}/external_ids`, input, { signal });
  return pageOf(data, cursor);
};

/** A page of the segments that a profile is in. */
export const readProfileSegments: ReadPage<SchemaOf<ProfileApi, 'Segment'>> = async (api, id, next, signal) => {
  const input = { params: paramsOf(id), query: { limit: PAGE, next } };
  const { data, cursor } = await api.call(`${PROFILE}/segments`, input, { signal });
  return pageOf(data, cursor);
};

/** A page of events, the newest first. */
export const readProfileEvents: ReadPage<ProfileEvent> = async (api, id, next, signal) => {
  const input = { params: paramsOf(id), query: { limit: PAGE, next } };
  const { data, cursor } = await api.call(`${PROFILE}/events`, input, { signal });
  return pageOf(data, cursor);
};

function pageOf<T>(items: readonly T[], { has_more, next }: SchemaOf<ProfileApi, 'Cursor'>): ListPage<T> {
  return { items, next: has_more ? next : null };
}
