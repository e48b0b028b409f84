import { Controller, Inject, Req } from '@nestjs/common';
import { page, pageRequest, Public, problem, readField, Route } from '@hilo/service';
import type { AnswerOf, BodyOf, CallOf } from '@hilo/service/contract';
import type { FastifyRequest } from 'fastify';
import type { AccountLinks } from '../account-links.ts';
import { mailLanguageOf } from '../domain/mail-text.ts';
import { emailOf, nameOf } from '../domain/person.ts';
import type { Actor } from '../domain/rights.ts';
import { type Passwords, type PeopleStore, type PersonChange, TOKENS } from '../ports.ts';
import { invitationAnswer, userAnswer } from './answers.ts';
import { Allow, Caller, Confirmed } from './api-guard.ts';
import { type Api, contract } from './contract.ts';
import { byOf } from './http-access.ts';
import { needStrong } from './need-strong.ts';
import { nobody, userOfPath } from './user-of-path.ts';

/** `/api/users`: who may sign in, for admins. */
@Controller()
@Public()
export class UsersController {
  readonly #people: PeopleStore;
  readonly #passwords: Passwords;
  readonly #links: AccountLinks;

  constructor(
    @Inject(TOKENS.people) people: PeopleStore,
    @Inject(TOKENS.passwords) passwords: Passwords,
    @Inject(TOKENS.links) links: AccountLinks,
  ) {
    this.#people = people;
    this.#passwords = passwords;
    this.#links = links;
  }

  @Route(contract, 'listUsers')
  @Allow('people', 'read')
  async list({ query }: CallOf<Api, 'listUsers'>): Promise<AnswerOf<Api, 'listUsers'>> {
    const { limit, after } = pageRequest(query);
    const people = await this.#people.list(after === null ? null : await this.#afterUser(after), limit + 1);
    return page(people.map(userAnswer), limit, ({ id }) => [id]);
  }

  @Route(contract, 'addUser')
  @Allow('people', 'write')
  @Confirmed()
  async add(
    { body }: CallOf<Api, 'addUser'>,
    @Caller() actor: Actor,
    @Req() request: FastifyRequest,
  ): Promise<AnswerOf<Api, 'addUser'>> {
    const person = {
      email: readField(body, 'email', 'an address such as ann@example.com', emailOf),
      name: readName(body),
      role: body.role,
    };
    if (body.password === undefined) {
      const language = mailLanguageOf(request.headers['accept-language']);
      const invited = await this.#links.invite(person, byOf(actor), language);
      if (typeof invited === 'string') throw notAdded(invited);
      return { ...userAnswer(invited.person), invitation: invitationAnswer(invited.invitation) };
    }
    needStrong(body.password, person, 'password');
    const password_hash = await this.#passwords.hash(body.password);
    const added = await this.#people.add({ ...person, password_hash, must_change_password: true }, byOf(actor));
    if (typeof added === 'string') throw notAdded(added);
    return { ...userAnswer(added), invitation: null };
  }

  @Route(contract, 'changeUser')
  @Allow('people', 'write')
  @Confirmed()
  async change(
    { params, body }: CallOf<Api, 'changeUser'>,
    @Caller() actor: Actor,
  ): Promise<AnswerOf<Api, 'changeUser'>> {
    const email = await userOfPath(this.#people, params.id);
    const change = await this.#readChange(email, body);
    const changed = await this.#people.change(email, change, byOf(actor));
    if (typeof changed === 'string') throw refused(changed);
    return userAnswer(changed);
  }

  @Route(contract, 'removeUser')
  @Allow('people', 'write')
  @Confirmed()
  async remove({ params }: CallOf<Api, 'removeUser'>, @Caller() actor: Actor): Promise<void> {
    const removed = await this.#people.remove(await userOfPath(this.#people, params.id), byOf(actor));
    if (removed !== 'removed') throw refused(removed);
  }

  /** A cursor names the last user of the page before by id; that user may be gone. */
  async #afterUser([id = '']: readonly string[]): Promise<string> {
    const email = await this.#people.emailOf(id);
    if (email !== null) return email;
    const detail = 'cursor must be the "next" of an earlier page. If that user was removed since, begin again.';
    throw problem('invalid_request', detail, { field: 'cursor' });
  }

  async #readChange(email: string, body: BodyOf<Api, 'changeUser', 'read'>): Promise<PersonChange> {
    const { role, disabled, password, revoke_tokens = true } = body;
    const name = 'name' in body ? { name: readName(body) } : {};
    return {
      ...name,
      ...(role === undefined ? {} : { role }),
      ...(disabled === undefined ? {} : { disabled }),
      ...(password === undefined ? {} : { password: await this.#newPassword(email, password, revoke_tokens, name) }),
    };
  }

  /** Whoever sets somebody else's password knows it: the person changes it first. */
  async #newPassword(email: string, password: string, revoke_tokens: boolean, named: { readonly name?: string }) {
    const name = named.name ?? (await this.#people.find(email))?.name ?? '';
    needStrong(password, { email, name }, 'password');
    return { hash: await this.#passwords.hash(password), mustChange: true, revoke_tokens };
  }
}

/** The name in a body. */
export function readName(body: { readonly name?: unknown }): string {
  return readField(body, 'name', 'a text of 1 to 200 characters', nameOf);
}

function refused(reason: 'unknown' | 'last_admin'): Error {
  if (reason === 'unknown') return nobody();
  return problem(reason, 'This is the last admin who can sign in: make somebody else one first.');
}

function notAdded(reason: 'email_taken' | 'limit_reached'): Error {
  if (reason === 'email_taken') return problem(reason, 'Somebody has this address already.', { field: 'email' });
  return problem(reason, 'There are as many users as there may be.');
}
