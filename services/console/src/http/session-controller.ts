import { Controller, Inject, Req, Res } from '@nestjs/common';
import { Public, problem, Route } from '@hilo/service';
import type { AnswerOf, CallOf, SchemaOf } from '@hilo/service/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Session } from '../access.ts';
import { csrfOf, tokenHash } from '../domain/opaque-token.ts';
import { emailOf } from '../domain/person.ts';
import { SIGN_IN_TARGET } from '../domain/security-event.ts';
import type { SessionLifetimes } from '../domain/session.ts';
import type { Refused } from '../password-check.ts';
import { type SessionStore, TOKENS } from '../ports.ts';
import type { SecurityTrail } from '../security-trail.ts';
import type { Renewed, SignIn } from '../sign-in.ts';
import { Allow, Caller } from './api-guard.ts';
import { clientOf } from './client-of.ts';
import { type Api, contract } from './contract.ts';
import { weakPassword } from './need-strong.ts';
import { refusedSignIn } from './refused-sign-in.ts';
import { sessionAnswer, signedInAnswer, signedInCookies, type Workspace } from './session-answer.ts';
import { sessionCookie, sessionTokenOf } from './session-cookie.ts';

/** `/api/session`: signing in and out, and showing that it is still you. */
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
    @Inject(TOKENS.lifetimes) lifetimes: SessionLifetimes,
    @Inject(TOKENS.requiresSecondFactor) requiresSecondFactor: boolean,
    @Inject(TOKENS.time_zone) time_zone: string,
    @Inject(TOKENS.tracking_url) tracking_url: string | null,
  ) {
    this.#workspace = { time_zone, tracking_url, lifetimes, requiresSecondFactor };
    this.#signIn = signIn;
    this.#sessions = sessions;
    this.#trail = trail;
    this.#isHttps = consoleUrl.startsWith('https:');
  }

  @Route(contract, 'getSession')
  @Allow('session')
  who(_call: unknown, @Caller() session: Session): AnswerOf<Api, 'getSession'> {
    return sessionAnswer(session, this.#workspace);
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
      code: body.code ?? null,
      client: clientOf(request, this.#isHttps),
    });
    if (result.kind !== 'signed-in') throw refusedSignIn(result);
    const earlier = sessionTokenOf(request.headers.cookie, this.#isHttps);
    if (earlier !== undefined) await this.#sessions.end(tokenHash(earlier));
    void reply.header('set-cookie', signedInCookies(result, this.#isHttps, this.#workspace.lifetimes));
    return signedInAnswer(result, this.#workspace);
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
    void reply.header('set-cookie', this.#cookie(null, 0));
  }

  @Route(contract, 'confirmSession')
  @Allow('session')
  async confirm(
    { body }: CallOf<Api, 'confirmSession'>,
    @Caller() session: Session,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AnswerOf<Api, 'confirmSession'>> {
    const { email } = session.person;
    const client = clientOf(request, this.#isHttps);
    const attempt = { email, password: body.password, code: body.code ?? null, client };
    const renewed = await this.#signIn.confirm(attempt, session.token_hash);
    return this.#renewed(renewed, 'password', session, reply);
  }

  @Route(contract, 'showSecondFactor')
  @Allow('account', 'second_factor_code_required')
  async showSecondFactor(
    { body }: CallOf<Api, 'showSecondFactor'>,
    @Caller() session: Session,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AnswerOf<Api, 'showSecondFactor'>> {
    const { email, second_factor } = session.person;
    if (second_factor === 'none') throw problem('not_found', 'You have no second factor.');
    const attempt = { email, code: body.code, client: clientOf(request, this.#isHttps) };
    const renewed = await this.#signIn.showSecondFactor(attempt, session.token_hash);
    return this.#renewed(renewed, 'code', { ...session, isSecondFactorShown: true }, reply);
  }

  @Route(contract, 'changePassword')
  @Allow('account', 'password_change_required')
  async changePassword(
    { body }: CallOf<Api, 'changePassword'>,
    @Caller() session: Session,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AnswerOf<Api, 'changePassword'>> {
    const { person } = session;
    const { current, next, revoke_tokens } = body;
    if (next === current)
      throw problem('same_password', 'This is your present password. Choose another.', { field: 'next' });
    const attempt = { email: person.email, password: current, client: clientOf(request, this.#isHttps) };
    const renewed = await this.#signIn.changePassword(attempt, { password: next, revoke_tokens }, session.token_hash);
    if (renewed.kind === 'weak_password') throw weakPassword(renewed.fault, 'next');
    return this.#renewed(renewed, 'current', { ...session, person: { ...person, must_change_password: false } }, reply);
  }

  /** The answer to somebody who has given the password again, or a code; `field` is where it stood. */
  #renewed(renewed: Renewed | Refused, field: string, session: Session, reply: FastifyReply): SchemaOf<Api, 'Session'> {
    if (renewed.kind === 'invalid_credentials')
      throw problem('wrong_password', 'This is not your present password.', { field });
    if (renewed.kind !== 'renewed') throw refusedSignIn(renewed);
    const endsMs = session.started_at_ms + this.#workspace.lifetimes.absoluteMs;
    void reply.header('set-cookie', this.#cookie(renewed.token, endsMs - Date.now()));
    return sessionAnswer({ ...session, csrf: csrfOf(renewed.token) }, this.#workspace);
  }

  #cookie(token: string | null, lastsMs: number): string {
    return sessionCookie(token, this.#isHttps, lastsMs);
  }
}
