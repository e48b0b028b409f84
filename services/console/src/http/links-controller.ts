import { Controller, Inject, Req, Res } from '@nestjs/common';
import { Public, problem, Route } from '@hilo/service';
import type { AnswerOf, BodyOf, CallOf } from '@hilo/service/contract';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AccountLinks, LinkRefusal } from '../account-links.ts';
import { mailLanguageOf } from '../domain/mail-text.ts';
import { emailOf } from '../domain/person.ts';
import type { Actor } from '../domain/rights.ts';
import type { SessionLifetimes } from '../domain/session.ts';
import type { OpenidSignIn } from '../openid-sign-in.ts';
import { type PeopleStore, TOKENS } from '../ports.ts';
import { invitationAnswer, linkAnswer } from './answers.ts';
import { Allow, Caller, Confirmed } from './api-guard.ts';
import { clientOf } from './client-of.ts';
import { type Api, contract } from './contract.ts';
import { byOf } from './http-access.ts';
import { weakPassword } from './need-strong.ts';
import { signedInAnswer, signedInCookies, type Workspace } from './session-answer.ts';
import { nobody, userOfPath } from './user-of-path.ts';
import { readName } from './users-controller.ts';

/** Links that work once: invitations, and password resets. */
@Controller()
@Public()
export class LinksController {
  readonly #links: AccountLinks;
  readonly #people: PeopleStore;
  readonly #openid: OpenidSignIn | null;
  readonly #workspace: Workspace;
  readonly #isHttps: boolean;

  constructor(
    @Inject(TOKENS.links) links: AccountLinks,
    @Inject(TOKENS.people) people: PeopleStore,
    @Inject(TOKENS.openid) openid: OpenidSignIn | null,
    @Inject(TOKENS.consoleUrl) consoleUrl: string,
    @Inject(TOKENS.lifetimes) lifetimes: SessionLifetimes,
    @Inject(TOKENS.requiresSecondFactor) requiresSecondFactor: boolean,
    @Inject(TOKENS.time_zone) time_zone: string,
    @Inject(TOKENS.tracking_url) tracking_url: string | null,
  ) {
    this.#links = links;
    this.#people = people;
    this.#openid = openid;
    this.#workspace = { time_zone, tracking_url, lifetimes, requiresSecondFactor };
    this.#isHttps = consoleUrl.startsWith('https:');
  }

  @Route(contract, 'getSignInWays')
  @Allow('stranger')
  ways(): AnswerOf<Api, 'getSignInWays'> {
    const openid = this.#openid === null ? null : { name: this.#openid.name };
    return { password: true, openid, reset_by_mail: this.#links.resetsByMail };
  }

  @Route(contract, 'inviteAgain')
  @Allow('people', 'write')
  @Confirmed()
  async inviteAgain(
    { params }: CallOf<Api, 'inviteAgain'>,
    @Caller() actor: Actor,
    @Req() request: FastifyRequest,
  ): Promise<AnswerOf<Api, 'inviteAgain'>> {
    const language = mailLanguageOf(request.headers['accept-language']);
    const made = await this.#links.inviteAgain(await this.#user(params.id), byOf(actor), language);
    if (made === 'unknown') throw nobody();
    if (made === 'not_invited')
      throw problem(made, 'This person can sign in already: make a link that resets the password.', { field: 'id' });
    return invitationAnswer(made);
  }

  @Route(contract, 'acceptInvitation')
  @Allow('stranger')
  async accept(
    { body }: CallOf<Api, 'acceptInvitation'>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AnswerOf<Api, 'acceptInvitation'>> {
    const name = readChosenName(body);
    const { token, password } = body;
    const accepted = await this.#links.accept({ token, password, client: clientOf(request, this.#isHttps) }, name);
    if (accepted.kind !== 'signed-in') throw refusedLink(accepted);
    void reply.header('set-cookie', signedInCookies(accepted, this.#isHttps, this.#workspace.lifetimes));
    return signedInAnswer(accepted, this.#workspace);
  }

  @Route(contract, 'issuePasswordReset')
  @Allow('people', 'write')
  @Confirmed()
  async issueReset(
    { params }: CallOf<Api, 'issuePasswordReset'>,
    @Caller() actor: Actor,
  ): Promise<AnswerOf<Api, 'issuePasswordReset'>> {
    const made = await this.#links.issueReset(await this.#user(params.id), byOf(actor));
    if (made === 'unknown') throw nobody();
    if (made === 'not_accepted')
      throw problem(made, 'This person has not accepted the invitation: invite them again.', { field: 'id' });
    return linkAnswer(made);
  }

  @Route(contract, 'askPasswordReset')
  @Allow('stranger')
  askReset({ body }: CallOf<Api, 'askPasswordReset'>, @Req() request: FastifyRequest): void {
    const language = mailLanguageOf(request.headers['accept-language']);
    const retryAfterS = this.#links.askReset(emailOf(body.email) ?? null, request.ip, language);
    if (retryAfterS > 0) throw tooMany(retryAfterS);
  }

  @Route(contract, 'acceptPasswordReset')
  @Allow('stranger')
  async acceptReset(
    { body }: CallOf<Api, 'acceptPasswordReset'>,
    @Req() request: FastifyRequest,
  ): Promise<AnswerOf<Api, 'acceptPasswordReset'>> {
    const { token, password, revoke_tokens } = body;
    const used = await this.#links.acceptReset(
      { token, password, client: clientOf(request, this.#isHttps) },
      revoke_tokens,
    );
    if (used.kind !== 'done') throw refusedLink(used);
  }

  #user(id: string): Promise<string> {
    return userOfPath(this.#people, id);
  }
}

function readChosenName(body: BodyOf<Api, 'acceptInvitation', 'read'>): string | null {
  return 'name' in body ? readName(body) : null;
}

function refusedLink(refusal: LinkRefusal): Error {
  if (refusal.kind === 'too_many_attempts') return tooMany(refusal.retryAfterS);
  if (refusal.kind === 'weak_password') return weakPassword(refusal.fault, 'password');
  return problem('invalid_link', 'The link was used before, has expired, or was replaced. Ask for a new one.', {
    field: 'token',
  });
}

function tooMany(retryAfterS: number): Error {
  return problem('too_many_attempts', 'Too many attempts. Wait a little, then try again.', {
    headers: { 'retry-after': String(retryAfterS) },
  });
}
