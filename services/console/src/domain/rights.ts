import { type StageName, STAGES } from '@hilo/schemas/stages';

/** What a person may do at all. */
export const ROLES = ['admin', 'editor', 'viewer', 'privacy'] as const;

/** A person's role. */
export type Role = (typeof ROLES)[number];

/** Services behind the console, in the order in which an event meets them. */
export const SERVICES = STAGES;

/** A service behind the console. */
export type ServiceName = StageName;

/**
 * What rights are about: a service; `pipeline`: how everything runs; `explore`: saved queries and dashboards; `people`:
 * users, API tokens and the audit log.
 */
export const AREAS = [...SERVICES, 'pipeline', 'explore', 'people'] as const;

/** What rights are about. */
export type Area = (typeof AREAS)[number];

/** `write` includes `read`. */
export const LEVELS = ['read', 'write'] as const;

/** How much of an area. */
export type Level = (typeof LEVELS)[number];

/** What an API token is limited to, such as `segmentation:write`. */
export type Scope = `${Area}:${Level}`;

/** Every scope there is. */
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

/** Who asks: a person, by a session or an API token, or the holder of the stack's admin token. */
export interface Actor {
  /** For the audit log, such as `ann@example.com` or `ann@example.com by token t_…`. */
  readonly who: string;
  /** Null for the admin token. */
  readonly email: string | null;
  readonly role: Role;
  /** Limits below the role; null: none. */
  readonly scopes: readonly Scope[] | null;
}

/** Whether somebody may read or write an area: what the role and, where there are any, the scopes allow. */
export function may({ role, scopes }: Pick<Actor, 'role' | 'scopes'>, area: Area, level: Level): boolean {
  const allowed = RIGHTS[role][area];
  if (allowed === null || (level === 'write' && allowed === 'read')) return false;
  if (scopes === null || scopes.includes(`${area}:write`)) return true;
  return level === 'read' && scopes.includes(`${area}:read`);
}

/** Whether somebody sees an area's secrets: only who could replace them. */
export function seesSecrets(actor: Pick<Actor, 'role' | 'scopes'>, area: Area): boolean {
  return may(actor, area, 'write');
}

/** What a method of HTTP needs. */
export function levelOf(method: string): Level {
  return method === 'GET' || method === 'HEAD' ? 'read' : 'write';
}

/** Statements on ClickHouse run as a user that may only read: sending one, and taking it back, changes nothing. */
const READING_CALLS = { POST: /^history\/v1\/queries$/, DELETE: /^history\/v1\/queries\/[\w-]+$/ } as const;

/** Calls that take long, and whose number a service bounds for each person itself. */
const LONG_CALLS = { POST: READING_CALLS.POST, GET: /^history\/v1\/events\/live$/ } as const;

/** Whether a call takes long by its nature: a statement, or a stream that never ends; it keeps no other waiting. */
export function isLongCall(method: string, target: string): boolean {
  return (method === 'POST' || method === 'GET') && LONG_CALLS[method].test(target);
}

/** Changes of how everything runs, though a service that is about something else takes them. */
const PIPELINE_CALLS = /^segmentation\/v1\/time(\/|$)/i;

/** What a call to a service is about; `target` is the service with the path, as `forwardPath` gives it. */
export function areaOfCall(method: string, service: ServiceName, target: string): Area {
  return levelOf(method) === 'write' && PIPELINE_CALLS.test(decoded(target)) ? 'pipeline' : service;
}

/** The path as the service's router sees it; one that it can't decode it refuses. */
function decoded(target: string): string {
  try {
    return decodeURIComponent(target);
  } catch {
    return target;
  }
}

/** What a call to a service needs; `target` is the service with the path, as `forwardPath` gives it. */
export function levelOfCall(method: string, target: string): Level {
  const is_reading = (method === 'POST' || method === 'DELETE') && READING_CALLS[method].test(target);
  return is_reading ? 'read' : levelOf(method);
}

/** Scopes that somebody asks for and may not give away. */
export function scopesBeyond(actor: Actor, scopes: readonly Scope[]): readonly Scope[] {
  return scopes.filter((scope) => {
    const [area, level] = scope.split(':') as [Area, Level];
    return !may(actor, area, level);
  });
}
