import { Controller, Inject, Req, Res } from '@nestjs/common';
import { Public, problem, Route } from '@hilo/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { OpenidRefusal } from '../domain/openid-identity.ts';
import type { SessionLifetimes } from '../domain/session.ts';
import type { OpenidSignIn } from '../openid-sign-in.ts';
import { TOKENS } from '../ports.ts';
import { Allow } from './api-guard.ts';
import { clientOf } from './client-of.ts';
import { contract } from './contract.ts';
import { openidAttemptOf, openidCookie } from './openid-cookie.ts';
import { signedInCookies } from './session-answer.ts';
import { sessionTokenOf } from './session-cookie.ts';

/** `/api/session/openid`: signing in at the operator's provider. Browsers come here, so every answer leads to a page. */
@Controller()
@Public()
export class OpenidController {
  readonly #openid: OpenidSignIn | null;
  readonly #consoleUrl: string;
  readonly #lifetimes: SessionLifetimes;
  readonly #isHttps: boolean;

  constructor(
    @Inject(TOKENS.openid) openid: OpenidSignIn | null,
    @Inject(TOKENS.consoleUrl) consoleUrl: string,
    @Inject(TOKENS.lifetimes) lifetimes: SessionLifetimes,
  ) {
    this.#openid = openid;
    this.#consoleUrl = consoleUrl;
    this.#lifetimes = lifetimes;
    this.#isHttps = consoleUrl.startsWith('https:');
  }

  @Route(contract, 'beginOpenid')
  @Allow('stranger')
  async begin(
    _call: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const token = sessionTokenOf(request.headers.cookie, this.#isHttps);
    const begun = await this.#known().begin(token, request.ip);
    if (begun.kind === 'refused') return this.#leadBack(reply, begun.reason);
    void reply.headers({ 'set-cookie': openidCookie(begun.sealed, this.#isHttps), location: begun.url });
  }

  @Route(contract, 'finishOpenid')
  @Allow('stranger')
  async finish(
    _call: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const mark = request.url.indexOf('?');
    const end = await this.#known().finish({
      sealed: openidAttemptOf(request.headers.cookie, this.#isHttps),
      search: mark === -1 ? '' : request.url.slice(mark),
      client: clientOf(request, this.#isHttps),
    });
    // Whatever became of it, the attempt is over.
    const over = openidCookie(null, this.#isHttps);
    if (end.kind === 'refused') {
      void reply.header('set-cookie', over);
      return this.#leadBack(reply, end.reason);
    }
    void reply.header('set-cookie', [over, ...signedInCookies(end, this.#isHttps, this.#lifetimes)]);
    void reply.header('location', `${this.#consoleUrl}/`);
  }

  #known(): OpenidSignIn {
    if (this.#openid !== null) return this.#openid;
    throw problem('not_found', 'Sign-in by OpenID Connect is not set up here.');
  }

  #leadBack(reply: FastifyReply, reason: OpenidRefusal): void {
    void reply.header('location', `${this.#consoleUrl}/?sign_in_refused=${reason}`);
  }
}
