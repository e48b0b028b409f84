import type { Area, Rights, Scope } from '../api/api.ts';

/** Scopes that somebody may give to a token, as `{area}:{read|write}`: no more than they may do themselves. */
export function scopesOf(rights: Rights): readonly Scope[] {
  return (Object.entries(rights) as [Area, Rights[Area]][]).flatMap(([area, level]): Scope[] => {
    if (level === null) return [];
    return level === 'write' ? [`${area}:read`, `${area}:write`] : [`${area}:read`];
  });
}

/** Stands for the id of a profile. */
const PROFILE_ID = 'PROFILE_ID';

/** Paths that a token with a scope may read, by area; each answers with 200 on every stack, `ada` once she is known. */
const PATHS: Readonly<Record<string, string>> = {
  segmentation: 'segmentation/v1/segments',
  activation: 'activation/v1/destinations',
  ingestion: 'ingestion/v1/sources',
  history: 'history/v1/catalogue',
  explore: 'explore/queries',
  pipeline: 'overview',
  people: 'users',
  identity: 'identity/v1/profiles/lookup',
  profile: `profile/v1/spaces/default/collections/users/profiles/profile_id:${PROFILE_ID}/traits`,
};

/** Asks whose an identifier is. It stands in the body: addresses get into logs. */
const LOOKUP = `-H 'content-type: application/json' -d '{"identifier": {"type": "user_id", "value": "ada"}}' `;

/** A call that a token with these scopes may make, for a shell; null where it has none that this page knows. */
export function tokenExample(origin: string, token: string, scopes: readonly string[]): string | null {
  const areas = new Set(scopes.map((scope) => scope.split(':')[0] ?? ''));
  const [area, path] = Object.entries(PATHS).find(([one]) => areas.has(one)) ?? [];
  if (path === undefined) return null;
  return `curl -H 'authorization: Bearer ${token}' ${area === 'identity' ? LOOKUP : ''}'${origin}/api/${path}'`;
}

/** What to replace in an example that is about a person, who may not be known: then it answers with 404; null: nothing. */
export function placeholderIn(example: string): 'ada' | typeof PROFILE_ID | null {
  if (example.includes(PROFILE_ID)) return PROFILE_ID;
  return example.includes(LOOKUP) ? 'ada' : null;
}
