import type { Role } from '../api/api.ts';

const SERVICES = ['ingestion', 'identity', 'profile', 'segmentation', 'activation', 'history'] as const;

/** Scopes that somebody of a role may give to a token, as `{area}:{read|write}`. */
export function scopesOf(role: Role): readonly string[] {
  const changes = role === 'admin' || role === 'editor';
  const services = SERVICES.flatMap((service) =>
    changes ? [`${service}:read`, `${service}:write`] : [`${service}:read`],
  );
  return [...services, 'pipeline:read', ...(role === 'admin' ? ['people:read', 'people:write'] : [])];
}
