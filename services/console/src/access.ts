import { type FirstStep, firstStepOf } from './domain/first-step.ts';
import { csrfOf, sameSecret, tokenHash } from './domain/opaque-token.ts';
import type { Person } from './domain/person.ts';
import { type Actor, type Area, type Level, levelOf, may } from './domain/rights.ts';
import { isConfirmed } from './domain/session.ts';
import type { ApiTokenStore, SessionStore } from './ports.ts';

/** The parts of a request that identify the caller. */
export interface Credentials {
  readonly method: string;
  /** Header `Authorization`. */
  readonly authorization: string | undefined;
  /** The session's cookie. */
  readonly sessionToken: string | undefined;
  /** Header `X-CSRF-Token`. */
  readonly csrf: string | undefined;
  /** The client's, as text. */
  readonly address: string;
}

/** A caller who is refused. */
export interface Refusal {
  readonly refused: 'unauthorized' | 'csrf_failed' | 'forbidden' | FirstStep;
  /** As in `Actor.who`; null: it is not known. */
  readonly who: string | null;
}

const UNKNOWN: Refusal = { refused: 'unauthorized', who: null };

/** A person's session, with what the pages need. */
export interface Session {
  readonly id: string;
  readonly person: Person;
  readonly token_hash: Buffer;
  readonly csrf: string;
  readonly started_at_ms: number;
  /** The client's, as text. */
  readonly address: string;
  /** Whether the password was given lately. */
  readonly isConfirmed: boolean;
  /** Hilo's, or the one of the identity provider. */
  readonly isSecondFactorShown: boolean;
}

/** Identifies the caller and checks the caller's rights. */
export class Access {
  readonly #sessions: SessionStore;
  readonly #apiTokens: ApiTokenStore;
  readonly #requiresSecondFactor: boolean;
  readonly #adminToken: string | null;
  readonly #nowMs: () => number;

  constructor(dependencies: {
    readonly sessions: SessionStore;
    readonly apiTokens: ApiTokenStore;
    readonly requiresSecondFactor: boolean;
    /** Null: there is none. */
    readonly adminToken: string | null;
    readonly nowMs: () => number;
  }) {
    this.#sessions = dependencies.sessions;
    this.#apiTokens = dependencies.apiTokens;
    this.#adminToken = dependencies.adminToken;
    this.#requiresSecondFactor = dependencies.requiresSecondFactor;
    this.#nowMs = dependencies.nowMs;
  }

  /** The caller, if allowed; a token in `Authorization` takes precedence over a cookie. */
  async allow(credentials: Credentials, area: Area, level: Level): Promise<Actor | Refusal> {
    const actor = await this.actor(credentials);
    if ('refused' in actor) return actor;
    return may(actor, area, level) ? actor : { refused: 'forbidden', who: actor.who };
  }

  /** The caller. */
  async actor(credentials: Credentials): Promise<Actor | Refusal> {
    const { authorization, address } = credentials;
    if (authorization !== undefined) return this.#bearer(authorization, address);
    const session = await this.account(credentials);
    if ('refused' in session) return session;
    const { email, role } = session.person;
    return { who: email, address, email, role, scopes: null, isConfirmed: session.isConfirmed };
  }

  /** The session, if nothing is needed in it before anything else, or only the step that this call is for. */
  async account(credentials: Credentials, itself: FirstStep | null = null): Promise<Session | Refusal> {
    const session = await this.session(credentials);
    if ('refused' in session) return session;
    const step = firstStepOf(session, this.#requiresSecondFactor);
    return step === null || step === itself ? session : { refused: step, who: session.person.email };
  }

  /** The session that the cookie names; a change also needs the session's CSRF text, which no other site knows. */
  async session({ method, sessionToken, csrf, address }: Credentials): Promise<Session | Refusal> {
    if (sessionToken === undefined) return UNKNOWN;
    const token_hash = tokenHash(sessionToken);
    const nowMs = this.#nowMs();
    const found = await this.#sessions.use(token_hash, nowMs);
    if (found === null) return UNKNOWN;
    const { id, person, started_at_ms, isSecondFactorShown } = found;
    const expected = csrfOf(sessionToken);
    if (levelOf(method) === 'write' && (csrf === undefined || !sameSecret(csrf, expected)))
      return { refused: 'csrf_failed', who: person.email };
    const shown = { isConfirmed: isConfirmed(found, nowMs), isSecondFactorShown };
    return { id, person, token_hash, csrf: expected, started_at_ms, address, ...shown };
  }

  async #bearer(authorization: string, address: string): Promise<Actor | Refusal> {
    const token = /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
    if (token === undefined) return UNKNOWN;
    if (this.#adminToken !== null && sameSecret(token, this.#adminToken))
      return { who: 'the admin token', address, email: null, role: 'admin', scopes: null, isConfirmed: true };
    const found = await this.#apiTokens.use(tokenHash(token), this.#nowMs());
    if (found === null) return UNKNOWN;
    const { id, owner, role, scopes } = found;
    return { who: `${owner} by token ${id}`, address, email: owner, role, scopes, isConfirmed: true };
  }
}
