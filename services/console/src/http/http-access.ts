import { problem } from '@hilo/service';
import type { FastifyRequest } from 'fastify';
import type { Access, Credentials, Refusal, Session } from '../access.ts';
import type { Actor, Area, Level } from '../domain/rights.ts';
import type { By } from '../ports.ts';
import { sessionTokenOf } from './session-cookie.ts';

const DETAILS: Readonly<Record<Refusal, { readonly status: number; readonly detail: string }>> = {
  unauthorized: { status: 401, detail: 'Sign in, or send a token as "Authorization: Bearer <token>".' },
  csrf_failed: { status: 403, detail: 'A change needs the header X-CSRF-Token with the text of GET /api/session.' },
  forbidden: { status: 403, detail: 'Your role, or the scopes of your token, do not allow this.' },
};

/** Tells handlers who asks; throws a problem where they may not. */
export class HttpAccess {
  readonly #access: Access;

  constructor(access: Access) {
    this.#access = access;
  }

  /** Who asks, if they may. */
  async allow(request: FastifyRequest, area: Area, level: Level): Promise<Actor> {
    return orProblem(await this.#access.allow(credentialsOf(request), area, level));
  }

  /** Who asks, whatever they may. */
  async actor(request: FastifyRequest): Promise<Actor> {
    return orProblem(await this.#access.actor(credentialsOf(request)));
  }

  /** The session of the cookie; tokens have none. */
  async session(request: FastifyRequest): Promise<Session> {
    return orProblem(await this.#access.session(credentialsOf(request)));
  }
}

/** Who changes something now. */
export function byOf({ who }: Actor): By {
  return { who, now_ms: Date.now() };
}

function orProblem<T extends object>(found: T | Refusal): T {
  if (!isRefusal(found)) return found;
  const { status, detail } = DETAILS[found];
  throw problem(status, found, detail);
}

function isRefusal(found: object | Refusal): found is Refusal {
  return typeof found === 'string';
}

function credentialsOf({ method, headers }: FastifyRequest): Credentials {
  const csrf = headers['x-csrf-token'];
  return {
    method,
    authorization: headers.authorization,
    session_token: sessionTokenOf(headers.cookie),
    csrf: typeof csrf === 'string' ? csrf : undefined,
  };
}
