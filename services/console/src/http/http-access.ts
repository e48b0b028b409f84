import { problem } from '@hilo/service';
import type { FastifyRequest } from 'fastify';
import type { Access, Credentials, Refusal, Session } from '../access.ts';
import type { FirstStep } from '../domain/first-step.ts';
import { personWord } from '../domain/person-word.ts';
import type { Actor, Area, Level } from '../domain/rights.ts';
import type { By } from '../ports.ts';
import type { PersonTurns, TurnAt } from './person-turns.ts';
import { sessionTokenOf } from './session-cookie.ts';

const DETAILS = {
  unauthorized: 'Sign in, or send a token as "Authorization: Bearer <token>".',
  csrf_failed: 'A change needs the header X-CSRF-Token with the text of GET /api/session.',
  forbidden: 'Your role, or the scopes of your token, do not allow this.',
  password_change_required: 'Somebody else chose your password. Change it first: PUT /api/session/password.',
  second_factor_setup_required: 'A second factor is compulsory here. Set one up first: PUT /api/session/second-factor.',
  second_factor_code_required: 'Send a code of your second factor first: POST /api/session/second-factor.',
} as const satisfies Readonly<Record<Refusal['refused'], string>>;

/** Identifies the caller for handlers; throws a problem if the caller lacks the right. */
export class HttpAccess {
  readonly #access: Access;
  readonly #turns: PersonTurns;
  readonly #key: string;
  readonly #isHttps: boolean;
  readonly #known = new WeakMap<FastifyRequest, string>();

  constructor(access: Access, turns: PersonTurns, key: string, isHttps: boolean) {
    this.#access = access;
    this.#turns = turns;
    this.#key = key;
    this.#isHttps = isHttps;
  }

  /** The caller, if allowed; waits for the caller's turn. Null: a long call with its own limits takes no turn. */
  async allow(request: FastifyRequest, area: Area, level: Level, at: TurnAt | null = 'console'): Promise<Actor> {
    const actor = this.#orProblem(request, await this.#access.allow(this.#credentialsOf(request), area, level));
    if (at !== null) await this.#turns.enter(request, this.personOf(actor), at);
    return actor;
  }

  /** The caller, whatever the caller's rights; waits for the caller's turn. */
  async actor(request: FastifyRequest): Promise<Actor> {
    const actor = this.#orProblem(request, await this.#access.actor(this.#credentialsOf(request)));
    await this.#turns.enter(request, this.personOf(actor), 'console');
    return actor;
  }

  /** The session of the cookie, when it is the person's turn; tokens have none. */
  async session(request: FastifyRequest): Promise<Session> {
    const session = this.#orProblem(request, await this.#access.session(this.#credentialsOf(request)));
    await this.#turns.enter(request, this.personOf(session.person), 'console');
    return session;
  }

  /** The same, if nothing is needed in it before anything else, or only the step that this call is for. */
  async account(request: FastifyRequest, itself: FirstStep | null): Promise<Session> {
    const session = this.#orProblem(request, await this.#access.account(this.#credentialsOf(request), itself));
    await this.#turns.enter(request, this.personOf(session.person), 'console');
    return session;
  }

  /** The word under which a person's requests are counted. */
  personOf(actor: Pick<Actor, 'email'>): string {
    return personWord(actor, this.#key);
  }

  /** Whose request it is, as in `Actor.who`, whether it was allowed or refused; null: it is not known. */
  whoOf(request: FastifyRequest): string | null {
    return this.#known.get(request) ?? null;
  }

  #credentialsOf({ method, headers, ip }: FastifyRequest): Credentials {
    const csrf = headers['x-csrf-token'];
    return {
      method,
      authorization: headers.authorization,
      sessionToken: sessionTokenOf(headers.cookie, this.#isHttps),
      csrf: typeof csrf === 'string' ? csrf : undefined,
      address: ip,
    };
  }

  #orProblem<T extends Actor | Session>(request: FastifyRequest, found: T | Refusal): T {
    const who = knownAs(found);
    if (who !== null) this.#known.set(request, who);
    if (!isRefusal(found)) return found;
    throw problem(found.refused, DETAILS[found.refused]);
  }
}

/** Throws a problem where a session has not seen the password lately. */
export function needConfirmed({ isConfirmed }: Pick<Actor, 'isConfirmed'>): void {
  if (!isConfirmed)
    throw problem('confirmation_required', 'You signed in a while ago. Give your password again to do this.');
}

/** Who makes a change now. */
export function byOf({ who, address }: Pick<Actor, 'who' | 'address'>): By {
  return { who, address, nowMs: Date.now() };
}

function knownAs(caller: Actor | Session | Refusal): string | null {
  return 'person' in caller ? caller.person.email : caller.who;
}

function isRefusal(found: object): found is Refusal {
  return 'refused' in found;
}
