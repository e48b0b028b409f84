import { Controller, Delete, Get, HttpCode, Inject, Post, Put, Req, Res } from '@nestjs/common';
import { type Fields, Public, problem, readField, refuseOthers } from '@hilo/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { csrfOf, tokenHash } from '../domain/opaque-token.ts';
import { emailOf, PASSWORD_CHARACTERS, passwordOf, type Person } from '../domain/person.ts';
import { RIGHTS } from '../domain/rights.ts';
import { type SessionStore, TOKENS } from '../ports.ts';
import type { SignIn } from '../sign-in.ts';
import type { HttpAccess } from './http-access.ts';
import { readJson } from './read-json.ts';
import { sessionCookie, sessionTokenOf } from './session-cookie.ts';

/** What is the same for everybody who signs in. */
interface Workspace {
  readonly time_zone: string;
  readonly tracking_url: string | null;
}

/** `/api/session`: signing in and out. */
@Controller('api/session')
@Public()
export class SessionController {
  readonly #access: HttpAccess;
  readonly #sign_in: SignIn;
  readonly #sessions: SessionStore;
  readonly #is_https: boolean;
  readonly #workspace: Workspace;

  constructor(
    @Inject(TOKENS.access) access: HttpAccess,
    @Inject(TOKENS.sign_in) sign_in: SignIn,
    @Inject(TOKENS.sessions) sessions: SessionStore,
    @Inject(TOKENS.console_url) console_url: string,
    @Inject(TOKENS.time_zone) time_zone: string,
    @Inject(TOKENS.tracking_url) tracking_url: string | null,
  ) {
    this.#workspace = { time_zone, tracking_url };
    this.#access = access;
    this.#sign_in = sign_in;
    this.#sessions = sessions;
    this.#is_https = console_url.startsWith('https:');
  }

  @Get()
  async who(@Req() request: FastifyRequest) {
    const { person, csrf } = await this.#access.session(request);
    return sessionAnswer(person, csrf, this.#workspace);
  }

  @Post()
  @HttpCode(200)
  async signIn(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const fields = readJson(request);
    refuseOthers(fields, ['email', 'password']);
    const result = await this.#sign_in.signIn({
      // A text that is no address belongs to nobody, and is answered like one that does not.
      email: emailOf(readText(fields, 'email')) ?? 'nobody',
      password: readText(fields, 'password'),
      address: request.ip,
    });
    if (result.kind !== 'signed-in') throw refusedSignIn(result);
    const earlier = sessionTokenOf(request.headers.cookie);
    if (earlier !== undefined) await this.#sessions.end(tokenHash(earlier));
    void reply.header('set-cookie', sessionCookie(result.token, this.#is_https));
    return sessionAnswer(result.person, csrfOf(result.token), this.#workspace);
  }

  @Delete()
  @HttpCode(204)
  async signOut(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    const { token_hash } = await this.#access.session(request);
    await this.#sessions.end(token_hash);
    void reply.header('set-cookie', sessionCookie(null, this.#is_https));
  }

  @Put('password')
  @HttpCode(204)
  async changePassword(@Req() request: FastifyRequest): Promise<void> {
    const { person, token_hash } = await this.#access.session(request);
    const fields = readJson(request);
    refuseOthers(fields, ['current', 'next']);
    const attempt = { email: person.email, password: readText(fields, 'current'), address: request.ip };
    const next = readPassword(fields, 'next');
    const result = await this.#sign_in.changePassword(attempt, next, person.email, token_hash);
    if (result.kind === 'invalid_credentials')
      throw problem(403, 'wrong_password', 'This is not your present password.', { field: 'current' });
    if (result.kind === 'too_many_attempts') throw refusedSignIn(result);
  }
}

/** A field with a new password. */
export function readPassword(fields: Fields, name: string): string {
  const { minimum, maximum } = PASSWORD_CHARACTERS;
  return readField(fields, name, `a text of ${minimum} to ${maximum} characters`, passwordOf);
}

function readText(fields: Fields, name: string): string {
  return readField(fields, name, 'a text of up to 1000 characters', (value) =>
    typeof value === 'string' && value.length <= 1000 ? value : undefined,
  );
}

function sessionAnswer({ email, name, role }: Person, csrf: string, { time_zone, tracking_url }: Workspace) {
  return { user: { email, name, role }, rights: RIGHTS[role], csrf, timeZone: time_zone, tracking_url };
}

function refusedSignIn(
  refused:
    | { readonly kind: 'invalid_credentials' }
    | { readonly kind: 'too_many_attempts'; readonly retry_after_s: number },
): Error {
  if (refused.kind === 'invalid_credentials')
    return problem(401, refused.kind, 'There is nobody with this address and password.');
  return problem(429, refused.kind, 'Too many attempts. Wait a little, then try again.', {
    headers: { 'retry-after': String(refused.retry_after_s) },
  });
}
