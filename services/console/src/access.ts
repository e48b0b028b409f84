import { csrfOf, sameSecret, tokenHash } from './domain/opaque-token.ts';
import type { Person } from './domain/person.ts';
import { type Actor, type Area, type Level, levelOf, may } from './domain/rights.ts';
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
}

/** Why a caller is refused. */
export type Refusal = 'unauthorized' | 'csrf_failed' | 'forbidden';

/** A person's session, with what the pages need. */
export interface Session {
  readonly person: Person;
  readonly token_hash: Buffer;
  readonly csrf: string;
}

/** Identifies the caller and checks the caller's rights. */
export class Access {
  readonly #sessions: SessionStore;
  readonly #apiTokens: ApiTokenStore;
  readonly #adminToken: string;
  readonly #nowMs: () => number;

  constructor(parts: {
    readonly sessions: SessionStore;
    readonly apiTokens: ApiTokenStore;
    readonly adminToken: string;
    readonly nowMs: () => number;
  }) {
    this.#sessions = parts.sessions;
    this.#apiTokens = parts.apiTokens;
    this.#adminToken = parts.adminToken;
    this.#nowMs = parts.nowMs;
  }

  /** The caller, if allowed; a token in `Authorization` takes precedence over a cookie. */
  async allow(credentials: Credentials, area: Area, level: Level): Promise<Actor | Refusal> {
    const actor = await this.actor(credentials);
    if (typeof actor === 'string') return actor;
    return may(actor, area, level) ? actor : 'forbidden';
  }

  /** The caller. */
  async actor(credentials: Credentials): Promise<Actor | Refusal> {
    if (credentials.authorization !== undefined) return this.#bearer(credentials.authorization);
    const session = await this.session(credentials);
    if (typeof session === 'string') return session;
    const { email, role } = session.person;
    return { who: email, email, role, scopes: null };
  }

  /** The session that the cookie names; a change also needs the session's CSRF text, which no other site knows. */
  async session({ method, sessionToken, csrf }: Credentials): Promise<Session | Refusal> {
    if (sessionToken === undefined) return 'unauthorized';
    const token_hash = tokenHash(sessionToken);
    const found = await this.#sessions.use(token_hash, this.#nowMs());
    if (found === null) return 'unauthorized';
    const expected = csrfOf(sessionToken);
    if (levelOf(method) === 'write' && (csrf === undefined || !sameSecret(csrf, expected))) return 'csrf_failed';
    return { person: found.person, token_hash, csrf: expected };
  }

  async #bearer(authorization: string): Promise<Actor | Refusal> {
    const token = /^Bearer +(\S+) *$/i.exec(authorization)?.[1];
    if (token === undefined) return 'unauthorized';
    if (sameSecret(token, this.#adminToken))
      return { who: 'the admin token', email: null, role: 'admin', scopes: null };
    const found = await this.#apiTokens.use(tokenHash(token), this.#nowMs());
    if (found === null) return 'unauthorized';
    const { id, owner, role, scopes } = found;
    return { who: `${owner} by token ${id}`, email: owner, role, scopes };
  }
}
