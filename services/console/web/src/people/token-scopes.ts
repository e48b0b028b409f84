import type { Area, Rights, Scope } from '../api/api.ts';

/** Scopes that somebody may give to a token, as `{area}:{read|write}`: no more than they may do themselves. */
export function scopesOf(rights: Rights): readonly Scope[] {
  return (Object.entries(rights) as [Area, Rights[Area]][]).flatMap(([area, level]): Scope[] => {
    if (level === null) return [];
    return level === 'write' ? [`${area}:read`, `${area}:write`] : [`${area}:read`];
  });
}

/** Paths that a token with a scope may read, by area; each answers with 200 on every stack, `ada` once she is known. */
const PATHS: Readonly<Record<string, string>> = {
  segmentation: 'segmentation/v1/segments',
  activation: 'activation/v1/destinations',
  ingestion: 'ingestion/v1/sources',
  history: 'history/v1/catalogue',
  explore: 'explore/queries',
  pipeline: 'overview',
  people: 'users',
  profile: 'profile/v1/spaces/default/collections/users/profiles/user_id:ada/traits',
  identity: 'identity/v1/identifiers/user_id:ada',
};

/** A call that a token with these scopes may make, for a shell; null where it has none that this page knows. */
export function tokenExample(origin: string, token: string, scopes: readonly string[]): string | null {
  const areas = new Set(scopes.map((scope) => scope.split(':')[0] ?? ''));
  const path = Object.entries(PATHS).find(([area]) => areas.has(area))?.[1];
  return path === undefined ? null : `curl -H 'authorization: Bearer ${token}' '${origin}/api/${path}'`;
}

/** Whether the example is about a person who may not be known: then it answers with 404. */
export function needsPerson(example: string): boolean {
  return example.includes('user_id:ada');
}
