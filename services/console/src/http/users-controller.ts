import { Controller, Delete, Get, HttpCode, Inject, Param, Patch, Post, Query, Req } from '@nestjs/common';
import { type Fields, type Page, page, Public, problem, readField, readPage, refuseOthers } from '@hilo/service';
import type { FastifyRequest } from 'fastify';
import { emailOf, nameOf, type Person } from '../domain/person.ts';
import { ROLES, type Role } from '../domain/rights.ts';
import { type Passwords, type PeopleStore, type PersonChange, TOKENS } from '../ports.ts';
import { type UserAnswer, userAnswer } from './answers.ts';
import { byOf, type HttpAccess } from './http-access.ts';
import { readJson } from './read-json.ts';
import { readPassword } from './session-controller.ts';

/** `/api/users`: who may sign in, for admins. */
@Controller('api/users')
@Public()
export class UsersController {
  readonly #access: HttpAccess;
  readonly #people: PeopleStore;
  readonly #passwords: Passwords;

  constructor(
    @Inject(TOKENS.access) access: HttpAccess,
    @Inject(TOKENS.people) people: PeopleStore,
    @Inject(TOKENS.passwords) passwords: Passwords,
  ) {
    this.#access = access;
    this.#people = people;
    this.#passwords = passwords;
  }

  @Get()
  async list(@Req() request: FastifyRequest, @Query() query: Fields): Promise<Page<UserAnswer>> {
    await this.#access.allow(request, 'people', 'read');
    const { limit, after } = readPage(query);
    const people = await this.#people.list(after === null ? null : afterEmail(after), limit + 1);
    return page(people.map(userAnswer), limit, ({ email }) => [email]);
  }

  @Post()
  @HttpCode(201)
  async add(@Req() request: FastifyRequest): Promise<UserAnswer> {
    const actor = await this.#access.allow(request, 'people', 'write');
    const fields = readJson(request);
    refuseOthers(fields, ['email', 'name', 'role', 'password']);
    const person = {
      email: readField(fields, 'email', 'an address such as ann@example.com', emailOf),
      name: readName(fields),
      role: readRole(fields),
    };
    const password_hash = await this.#passwords.hash(readPassword(fields, 'password'));
    const added = await this.#people.add({ ...person, password_hash }, byOf(actor));
    if (added === 'email_taken') throw problem(409, added, 'Somebody has this address already.', { field: 'email' });
    if (added === 'limit_reached') throw problem(409, added, 'There are as many users as there may be.');
    return userAnswer(added);
  }

  @Patch(':email')
  async change(@Req() request: FastifyRequest, @Param('email') email: string): Promise<UserAnswer> {
    const actor = await this.#access.allow(request, 'people', 'write');
    const change = await this.#readChange(readJson(request));
    const changed = await this.#people.change(readEmail(email), change, byOf(actor));
    if (typeof changed === 'string') throw refused(changed);
    return userAnswer(changed);
  }

  @Delete(':email')
  @HttpCode(204)
  async remove(@Req() request: FastifyRequest, @Param('email') email: string): Promise<void> {
    const actor = await this.#access.allow(request, 'people', 'write');
    const removed = await this.#people.remove(readEmail(email), byOf(actor));
    if (removed !== 'removed') throw refused(removed);
  }

  async #readChange(fields: Fields): Promise<PersonChange> {
    refuseOthers(fields, ['name', 'role', 'disabled', 'password']);
    return {
      ...('name' in fields ? { name: readName(fields) } : {}),
      ...('role' in fields ? { role: readRole(fields) } : {}),
      ...('disabled' in fields ? { disabled: readDisabled(fields) } : {}),
      ...('password' in fields ? { password_hash: await this.#passwords.hash(readPassword(fields, 'password')) } : {}),
    };
  }
}

function afterEmail([email]: readonly string[]): string {
  const after = emailOf(email);
  if (after !== undefined) return after;
  throw problem(400, 'invalid_request', 'cursor must be the "next" of an earlier page.', { field: 'cursor' });
}

function readEmail(value: string): string {
  const email = emailOf(value);
  if (email === undefined) throw refused('unknown');
  return email;
}

function readName(fields: Fields): Person['name'] {
  return readField(fields, 'name', 'a text of 1 to 200 characters', nameOf);
}

function readRole(fields: Fields): Role {
  return readField(fields, 'role', `one of ${ROLES.join(', ')}`, (value) => ROLES.find((role) => role === value));
}

function readDisabled(fields: Fields): boolean {
  return readField(fields, 'disabled', 'true or false', (value) => (typeof value === 'boolean' ? value : undefined));
}

function refused(reason: 'unknown' | 'last_admin'): Error {
  if (reason === 'unknown') return problem(404, 'not_found', 'There is nobody with this address.', { field: 'email' });
  return problem(409, reason, 'This is the last admin who can sign in: make somebody else one first.');
}
