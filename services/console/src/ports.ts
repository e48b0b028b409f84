import type { AuditEntry } from './domain/audit-entry.ts';
import type { AuditFilter } from './domain/audit-filter.ts';
import type { Reading, SegmentOverview } from './domain/overview.ts';
import type { StoredLink } from './domain/one-time-link.ts';
import type { Person } from './domain/person.ts';
import type { Role, Scope, ServiceName } from './domain/rights.ts';
import type { SessionTimes } from './domain/session.ts';
import type { ServiceChange } from './domain/service-change.ts';

/** Asks every instance how it is. Never throws: an instance that doesn't answer is down. */
export type ReadInstances = () => Promise<readonly Reading[]>;

/** Lists the segments with their sizes; null where segmentation doesn't answer. Never throws. */
export type ReadSegments = () => Promise<readonly SegmentOverview[] | null>;

/** Who changes something, and when: each change of people and tokens leaves its line in the audit log, or fails. */
export interface By {
  readonly who: string;
  /** The client's, as text; null: not known. */
  readonly address: string | null;
  readonly nowMs: number;
}

/** A person with what checks the password. */
export interface KnownPerson extends Person {
  /** Null: no password fits. */
  readonly password_hash: string | null;
}

/** Somebody new. */
export interface NewPerson {
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  /** Null: the person is invited. */
  readonly password_hash: string | null;
  /** True where somebody else knows the password. */
  readonly must_change_password: boolean;
}

/** What to change of a person; what is absent stays. */
export interface PersonChange {
  readonly name?: string;
  readonly role?: Role;
  readonly disabled?: boolean;
  /** A new password, whether somebody else knows it, and whether the person's API tokens end. */
  readonly password?: {
    readonly hash: string;
    readonly mustChange: boolean;
    readonly revoke_tokens: boolean;
  };
}

/** What of a person's stays where everything else ends. */
export interface Kept {
  /** Hash of the session that asks. */
  readonly session: Buffer;
  /** Hash of what its browser is known by; null: it is not known. */
  readonly device: Buffer | null;
}

/** People who may sign in. */
export interface PeopleStore {
  find(email: string): Promise<KnownPerson | null>;
  /** The address of the person with this id; null: nobody has it. */
  emailOf(id: string): Promise<string | null>;
  /** People by address, after the given one. */
  list(after: string | null, limit: number): Promise<readonly Person[]>;
  /** Adds somebody, with an invitation unless there is a password. */
  add(person: NewPerson, by: By, invitation?: StoredLink | null): Promise<Person | 'email_taken' | 'limit_reached'>;
  /** Adds somebody where there is nobody at all; false: somebody is there. */
  addFirst(person: NewPerson, by: By): Promise<boolean>;
  /**
   * Changes a person. Disabling and a new password end the person's sessions. A new password also makes known browsers
   * unknown, and ends every one-time link of the person and sign-in by OpenID Connect; what is `kept` stays.
   */
  change(email: string, change: PersonChange, by: By, kept?: Kept | null): Promise<Person | 'unknown' | 'last_admin'>;
  /** Stores another hash of the same password, unless it was changed meanwhile. */
  rehash(email: string, before: string, after: string): Promise<void>;
  /** Removes a person, with sessions and tokens. */
  remove(email: string, by: By): Promise<'removed' | 'unknown' | 'last_admin'>;
}

/** A session that begins. */
export interface NewSession {
  readonly token_hash: Buffer;
  readonly email: string;
  /** Network address of the client, as text. */
  readonly address: string;
  readonly user_agent: string;
  /** Hilo's, or the one of the identity provider. */
  readonly isSecondFactorShown: boolean;
}

/** A session in use, with its person. */
export interface UsedSession extends SessionTimes {
  readonly id: string;
  readonly isSecondFactorShown: boolean;
  readonly person: Person;
}

/** A session as its person sees it. */
export interface OpenSession {
  readonly id: string;
  readonly token_hash: Buffer;
  readonly started_at_ms: number;
  readonly seen_at_ms: number;
  readonly address: string;
  readonly user_agent: string;
}

/** Sessions, by the hash of their token. */
export interface SessionStore {
  /** Begins a session; the person's oldest ones beyond the limit end. */
  start(session: NewSession, nowMs: number): Promise<void>;
  /** The session and its person, unless it is over or the person disabled; notes the use. */
  use(token_hash: Buffer, nowMs: number): Promise<UsedSession | null>;
  /** Gives a session another token: the password was just given in it. False: it is not there. */
  renew(token_hash: Buffer, next: Buffer, nowMs: number): Promise<boolean>;
  /** Gives a session another token: the second factor was just shown in it. False: it is not there. */
  showSecondFactor(token_hash: Buffer, next: Buffer): Promise<boolean>;
  /** The person's sessions that are not over, the one used last first. */
  list(email: string, nowMs: number): Promise<readonly OpenSession[]>;
  end(token_hash: Buffer): Promise<void>;
  /** Ends a session of a person by its id; false: there is none. */
  endOne(email: string, id: string, by: By): Promise<boolean>;
  /** Ends the person's sessions, but for one; returns how many. */
  endAll(email: string, keep: Buffer | null, by: By): Promise<number>;
}

/** Browsers in which people have signed in, by the hash of what the browser keeps. */
export interface DeviceStore {
  /** Which of these is known for a person, and was used since. */
  find(email: string, hashes: readonly Buffer[], since_ms: number): Promise<Buffer | null>;
  /** Notes that somebody signed in; the person's oldest ones beyond the limit go. */
  remember(email: string, token_hash: Buffer, nowMs: number): Promise<void>;
}

/** A token for programs, without the token itself. */
export interface ApiToken {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** The person's address. */
  readonly owner: string;
  readonly created_at_ms: number;
  readonly expires_at_ms: number;
  /** To the minute; null: never. */
  readonly last_used_at_ms: number | null;
}

/** Tokens for programs, by the hash of the token. */
export interface ApiTokenStore {
  add(token: ApiToken, token_hash: Buffer, by: By): Promise<'added' | 'limit_reached'>;
  /** A token and its owner's role, unless it has expired or the owner is disabled; notes the use. */
  use(token_hash: Buffer, nowMs: number): Promise<(ApiToken & { readonly role: Role }) | null>;
  /** Tokens by id, after the given one; of one owner, or of all (null). */
  list(owner: string | null, after: string | null, limit: number): Promise<readonly ApiToken[]>;
  /** Removes a token, of that owner alone where one is given. */
  remove(id: string, owner: string | null, by: By): Promise<boolean>;
}

/** An entry with its place in the log. */
export interface StoredEntry extends AuditEntry {
  readonly id: string;
}

/** Some entries, newest first, and before which one to go on; null: that was all. */
export interface AuditPage {
  readonly entries: readonly StoredEntry[];
  readonly next: string | null;
}

/** Who did what; entries are added and never change, and go when they are old. */
export interface AuditLog {
  /** Rejects where nothing could be written now: then nothing should be changed. */
  check(): Promise<void>;
  append(entry: AuditEntry): Promise<void>;
  /** Deletes entries of before a time, the oldest first, and leaves an entry that says so; returns how many. */
  deleteBefore(beforeMs: number, limit: number): Promise<number>;
  /** Position of the last change of a service that is in the log. */
  taken(service: string): Promise<number>;
  /** Adds changes that a service recorded, and moves its position; nothing where the position is not `from` any more. */
  take(service: string, from: number, to: number, entries: readonly AuditEntry[]): Promise<void>;
  /**
   * What fits a filter, newest first, before the entry with the given id. A search for a text looks at a bounded number of
   * entries, so it may find fewer than there are, or none, and say where to go on.
   */
  list(filter: AuditFilter, before: string | null, limit: number): Promise<AuditPage>;
}

/** Makes and checks hashes of passwords. */
export interface Passwords {
  hash(password: string): Promise<string>;
  /**
   * Compares; where there is no hash, in the same time with one that fits nothing. `busy`: too many are being compared,
   * ask again in a moment. `outdated`: right, but hashed as one would not hash today.
   */
  check(password: string, hash: string | null): Promise<'right' | 'outdated' | 'wrong' | 'busy'>;
}

/** A call to a service. */
export interface ServiceCall {
  readonly service: ServiceName;
  /** Whose call it is: one person's calls of history go to one instance as long as it answers, which counts them. */
  readonly person: string;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
  /** Aborts the call and the reading of its answer. */
  readonly signal: AbortSignal;
  /** Time until an answer begins; absent: the usual one. */
  readonly beginsWithinMs?: number;
}

/** Calls an instance of a service that answers; rejects with `ServiceUnavailableError` or `ServiceSilentError` where none does. */
export type CallService = (call: ServiceCall) => Promise<Response>;

/** Changes that a service recorded after a position, and the highest position it has; null where it does not answer. */
export type ReadChanges = (
  service: ServiceName,
  after: number,
) => Promise<{ readonly items: readonly ServiceChange[]; readonly last: number } | null>;

/** No instance of a service could be reached: nothing has happened. */
export class ServiceUnavailableError extends Error {
  override readonly name = 'ServiceUnavailableError';
}

/** A service was reached and did not answer, or not in time: what it did is not known. */
export class ServiceSilentError extends Error {
  override readonly name = 'ServiceSilentError';
}

/** Tokens under which the module binds what the controllers need. */
export const TOKENS = {
  overview: Symbol('live overview'),
  operations: Symbol('live operations'),
  receiver: Symbol('webhook receiver'),
  closing: Symbol('signal that the server is about to close'),
  consoleUrl: Symbol('public address of the console'),
  time_zone: Symbol('zone of the workspace'),
  tracking_url: Symbol('public address of the tracking API'),
  access: Symbol('who asks, and what they may'),
  signIn: Symbol('signing in'),
  secondFactors: Symbol('second factors'),
  lifetimes: Symbol('how long sessions last'),
  requiresSecondFactor: Symbol('whether a second factor is compulsory'),
  openid: Symbol('signing in by OpenID Connect'),
  links: Symbol('invitations and password resets'),
  people: Symbol('PeopleStore'),
  sessions: Symbol('SessionStore'),
  apiTokens: Symbol('ApiTokenStore'),
  audit: Symbol('AuditLog'),
  trail: Symbol('what people tried'),
  serviceChanges: Symbol('changes that services recorded'),
  explorations: Symbol('ExplorationStore'),
  passwords: Symbol('Passwords'),
  forward: Symbol('sending requests on to services'),
  pages: Symbol('files of the pages'),
} as const;
