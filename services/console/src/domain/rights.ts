import { type StageName, STAGES } from '@hilo/schemas/stages';

/** The levels of access. */
export const ROLES = ['admin', 'editor', 'viewer', 'privacy'] as const;

/** A person's role. */
export type Role = (typeof ROLES)[number];

/** Services behind the console, in the order in which an event passes them. */
export const SERVICES = STAGES;

/** A service behind the console. */
export type ServiceName = StageName;

/**
 * The areas that rights apply to: a service; `pipeline` (how everything runs); `explore` (saved queries and
 * dashboards); `people` (users, API tokens and the audit log).
 */
export const AREAS = [...SERVICES, 'pipeline', 'explore', 'people'] as const;

/** What rights are about. */
export type Area = (typeof AREAS)[number];

/** `write` includes `read`. */
export const LEVELS = ['read', 'write'] as const;

/** How much of an area. */
export type Level = (typeof LEVELS)[number];

/** The limit of an API token, such as `segmentation:write`. */
export type Scope = `${Area}:${Level}`;

/** Every scope. */
export const SCOPES: readonly Scope[] = AREAS.flatMap((area) => LEVELS.map((level): Scope => `${area}:${level}`));

/** What each role may do in each area; null: nothing. */
export const RIGHTS: Readonly<Record<Role, Readonly<Record<Area, Level | null>>>> = {
  admin: {
    ingestion: 'write',
    identity: 'write',
    profile: 'write',
    segmentation: 'write',
    activation: 'write',
    history: 'write',
    pipeline: 'write',
    explore: 'write',
    people: 'write',
  },
  editor: {
    ingestion: 'write',
    identity: 'write',
    profile: 'write',
    segmentation: 'write',
    activation: 'write',
    history: 'write',
    pipeline: 'read',
    explore: 'write',
    people: null,
  },
  viewer: {
    ingestion: 'read',
    identity: 'read',
    profile: 'read',
    segmentation: 'read',
    activation: 'read',
    history: 'read',
    pipeline: 'read',
    explore: 'read',
    people: null,
  },
  privacy: {
    ingestion: 'read',
    identity: 'read',
    profile: 'read',
    segmentation: 'read',
    activation: 'read',
    history: 'read',
    pipeline: 'read',
    explore: 'read',
    people: null,
  },
};

/** A caller: a person, by a session or an API token, or the holder of the stack's admin token. */
export interface Actor {
  /** For the audit log, such as `ann@example.com` or `ann@example.com by token t_…`. */
  readonly who: string;
  /** The client's, as text; null: not known. */
  readonly address: string | null;
  /** Null for the admin token. */
  readonly email: string | null;
  readonly role: Role;
  /** Limits below the role; null: none. */
  readonly scopes: readonly Scope[] | null;
  /** Whether the password was given lately; a token is a secret in itself. */
  readonly isConfirmed: boolean;
}

/** Whether a caller may read or write an area: what the role and, if there are any, the scopes allow. */
export function may({ role, scopes }: Pick<Actor, 'role' | 'scopes'>, area: Area, level: Level): boolean {
  const allowed = RIGHTS[role][area];
  if (allowed === null || (level === 'write' && allowed === 'read')) return false;
  if (scopes === null || scopes.includes(`${area}:write`)) return true;
  return level === 'read' && scopes.includes(`${area}:read`);
}

/** Whether a caller sees an area's secrets: only if the caller could replace them. */
export function seesSecrets(actor: Pick<Actor, 'role' | 'scopes'>, area: Area): boolean {
  return may(actor, area, 'write');
}

/** The access that an HTTP method needs. */
export function levelOf(method: string): Level {
  return method === 'GET' || method === 'HEAD' ? 'read' : 'write';
}

/**
 * Calls that change nothing although their method says so: what they ask for stands in a body. Statements on ClickHouse run as a
 * read-only user, so sending or cancelling one changes nothing either. Nor does
 * a segment's preview, nor thresholds of a segment.
 */
const READING_CALLS = {
  POST: /^(history\/v1\/(queries|events\/live)|identity\/v1\/profiles\/lookup|segmentation\/v1\/segments\/(preview|rfm-thresholds))$/,
  DELETE: /^history\/v1\/queries\/[\w-]+$/,
} as const;

/** Long calls, whose number a service limits per person itself: statements, and streams. */
const LONG_CALLS = /^history\/v1\/(queries|events\/live)$/;

/** Whether a call takes long by nature: a statement, or an endless stream. It makes no other wait. */
export function isLongCall(method: string, target: string): boolean {
  return method === 'POST' && LONG_CALLS.test(target);
}

/** Changes of how everything runs, although a service with another purpose takes them. */
const PIPELINE_CALLS = /^segmentation\/v1\/time(\/|$)/i;

/** The area of a call to a service; `target` is the service with the path, as `forwardPath` returns it. */
export function areaOfCall(method: string, service: ServiceName, target: string): Area {
  return levelOf(method) === 'write' && PIPELINE_CALLS.test(decoded(target)) ? 'pipeline' : service;
}

/** Calls that say something of people's traits although another service than profile answers them. */
const PROFILE_CALLS = /^segmentation\/v1\/segments\/(preview|.*\/explain)\/?$/i;

/**
 * Whether a call needs the right to read profiles besides that of its own area: a preview finds people by any trait, and an explanation
 * shows the traits that a segment asks for.
 */
export function showsProfiles(target: string): boolean {
  return PROFILE_CALLS.test(decoded(target));
}

/** The path as the service's router sees it; the service refuses one that it cannot decode. */
function decoded(target: string): string {
  try {
    return decodeURIComponent(target);
  } catch {
    return target;
  }
}

/** The access that a call to a service needs; `target` is the service with the path, as `forwardPath` returns it. */
export function levelOfCall(method: string, target: string): Level {
  const isReading = (method === 'POST' || method === 'DELETE') && READING_CALLS[method].test(target);
  return isReading ? 'read' : levelOf(method);
}

/** Requested scopes that the caller may not grant. */
export function scopesBeyond(actor: Actor, scopes: readonly Scope[]): readonly Scope[] {
  return scopes.filter((scope) => {
    const [area, level] = scope.split(':') as [Area, Level];
    return !may(actor, area, level);
  });
}
