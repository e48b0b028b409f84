import type { Role } from '../api/api.ts';

const SERVICES = ['ingestion', 'identity', 'profile', 'segmentation', 'activation', 'history'] as const;

/** Scopes that somebody of a role may give to a token, as `{area}:{read|write}`. */
export function scopesOf(role: Role): readonly string[] {
  const changes = role === 'admin' || role === 'editor';
  const services = SERVICES.flatMap((service) =>
    changes ? [`${service}:read`, `${service}:write`] : [`${service}:read`],
  );
  const explore = changes ? ['explore:read', 'explore:write'] : ['explore:read'];
  return [...services, 'pipeline:read', ...explore, ...(role === 'admin' ? ['people:read', 'people:write'] : [])];
}
