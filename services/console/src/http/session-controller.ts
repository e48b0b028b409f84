import { Controller, Inject, Req, Res } from '@nestjs/common';
import { Public, problem, Route } from '@hilo/service';
import type { AnswerOf, CallOf, SchemaOf } from '@hilo/service/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Session } from '../access.ts';
import { csrfOf, tokenHash } from '../domain/opaque-token.ts';
import { emailOf, type Person } from '../domain/person.ts';
import { RIGHTS } from '../domain/rights.ts';
import { SIGN_IN_TARGET } from '../domain/security-event.ts';
import { type SessionStore, TOKENS } from '../ports.ts';
import type { SecurityTrail } from '../security-trail.ts';
import type { SignIn } from '../sign-in.ts';
import { Allow, Caller } from './api-guard.ts';
import { type Api, contract } from './contract.ts';
import { sessionCookie, sessionTokenOf } from './session-cookie.ts';

/** What is the same for everybody who signs in. */
interface Workspace {
  readonly time_zone: string;
  readonly tracking_url: string | null;
}

/** `/api/session`: signing in and out. */
@Controller()
@Public()
export class SessionController {
  readonly #signIn: SignIn;
  readonly #sessions: SessionStore;
  readonly #trail: SecurityTrail;
  readonly #isHttps: boolean;
  readonly #workspace: Workspace;

  constructor(
    @Inject(TOKENS.signIn) signIn: SignIn,
    @Inject(TOKENS.sessions) sessions: SessionStore,
    @Inject(TOKENS.trail) trail: SecurityTrail,
    @Inject(TOKENS.consoleUrl) consoleUrl: string,
    @Inject(TOKENS.time_zone) time_zone: string,
    @Inject(TOKENS.tracking_url) tracking_url: string | null,
  ) {
    this.#workspace = { time_zone, tracking_url };
    this.#signIn = signIn;
    this.#sessions = sessions;
    this.#trail = trail;
    this.#isHttps = consoleUrl.startsWith('https:');
  }

  @Route(contract, 'getSession')
  @Allow('session')
  who(_call: unknown, @Caller() { person, csrf }: Session): AnswerOf<Api, 'getSession'> {
    return sessionAnswer(person, csrf, this.#workspace);
  }

  @Route(contract, 'signIn')
  @Allow('stranger')
  async signIn(
    { body }: CallOf<Api, 'signIn'>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AnswerOf<Api, 'signIn'>> {
    const result = await this.#signIn.signIn({
      // A text that is no address belongs to nobody, and is answered like one that does not.
      email: emailOf(body.email) ?? 'nobody',
      password: body.password,
      address: request.ip,
    });
    if (result.kind !== 'signed-in') throw refusedSignIn(result);
    const earlier = sessionTokenOf(request.headers.cookie, this.#isHttps);
    if (earlier !== undefined) await this.#sessions.end(tokenHash(earlier));
    void reply.header('set-cookie', sessionCookie(result.token, this.#isHttps));
    return sessionAnswer(result.person, csrfOf(result.token), this.#workspace);
  }

  @Route(contract, 'signOut')
  @Allow('session')
  async signOut(
    _call: unknown,
    @Caller() { person, token_hash }: Session,
    @Req() { ip }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.#sessions.end(token_hash);
    await this.#trail.record({ what: 'signed_out', who: person.email, target: SIGN_IN_TARGET, address: ip });
    void reply.header('set-cookie', sessionCookie(null, this.#isHttps));
  }

  @Route(contract, 'changePassword')
  @Allow('session')
  async changePassword(
    { body }: CallOf<Api, 'changePassword'>,
    @Caller() { person, token_hash }: Session,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    const attempt = { email: person.email, password: body.current, address: request.ip };
    const result = await this.#signIn.changePassword(attempt, body.next, person.email, token_hash);
    if (result.kind === 'invalid_credentials')
      throw problem('wrong_password', 'This is not your present password.', { field: 'current' });
    if (result.kind === 'too_many_attempts') throw refusedSignIn(result);
  }
}

function sessionAnswer({ email, name, role }: Person, csrf: string, workspace: Workspace): SchemaOf<Api, 'Session'> {
  return { user: { email, name, role }, rights: RIGHTS[role], csrf, ...workspace };
}

function refusedSignIn(
  refused:
    | { readonly kind: 'invalid_credentials' }
    | { readonly kind: 'too_many_attempts'; readonly retryAfterS: number },
): Error {
  if (refused.kind === 'invalid_credentials')
    return problem(refused.kind, 'There is nobody with this address and password.');
  return problem(refused.kind, 'Too many attempts. Wait a little, then try again.', {
    headers: { 'retry-after': String(refused.retryAfterS) },
  });
}
