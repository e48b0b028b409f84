import { randomBytes } from 'node:crypto';
import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { type Fields, type Page, page, Public, problem, readField, readPage, refuseOthers } from '@hilo/service';
import type { FastifyRequest } from 'fastify';
import { tokenHash } from '../domain/opaque-token.ts';
import { nameOf } from '../domain/person.ts';
import { type Actor, may, SCOPES, type Scope, scopesBeyond } from '../domain/rights.ts';
import { type ApiToken, type ApiTokenStore, TOKENS } from '../ports.ts';
import { type ApiTokenAnswer, apiTokenAnswer } from './answers.ts';
import { byOf, type HttpAccess } from './http-access.ts';
import { readJson } from './read-json.ts';

const ID = /^t_[\w-]{16}$/;

const LIFE_MS_AT_MOST = 366 * 24 * 3_600_000;

/** `/api/tokens`: one's own tokens for programs; admins see and remove everybody's. */
@Controller('api/tokens')
@Public()
export class TokensController {
  readonly #access: HttpAccess;
  readonly #tokens: ApiTokenStore;

  constructor(@Inject(TOKENS.access) access: HttpAccess, @Inject(TOKENS.api_tokens) tokens: ApiTokenStore) {
    this.#access = access;
    this.#tokens = tokens;
  }

  @Get()
  async list(@Req() request: FastifyRequest, @Query() query: Fields): Promise<Page<ApiTokenAnswer>> {
    const actor = await this.#access.actor(request);
    const { limit, after } = readPage(query);
    const tokens = await this.#tokens.list(ownerSeen(actor, 'read'), after === null ? null : afterId(after), limit + 1);
    return page(tokens.map(apiTokenAnswer), limit, ({ id }) => [id]);
  }

  @Post()
  @HttpCode(201)
  async add(@Req() request: FastifyRequest): Promise<ApiTokenAnswer & { readonly token: string }> {
    const actor = await this.#access.actor(request);
    if (actor.email === null || actor.scopes !== null)
      throw problem(403, 'forbidden', 'A token belongs to a person: sign in to make one.');
    const now_ms = Date.now();
    const made: ApiToken = {
      id: `t_${randomBytes(12).toString('base64url')}`,
      ...readToken(readJson(request), now_ms),
      owner: actor.email,
      created_at_ms: now_ms,
      last_used_at_ms: null,
    };
    const beyond = scopesBeyond(actor, made.scopes);
    if (beyond.length > 0)
      throw problem(403, 'forbidden', `Your role does not have ${beyond.join(', ')}.`, { field: 'scopes' });
    const token = `hilo_${randomBytes(32).toString('base64url')}`;
    if ((await this.#tokens.add(made, tokenHash(token), byOf(actor))) === 'limit_reached')
      throw problem(409, 'limit_reached', 'You have as many tokens as one may have. Delete one first.');
    return { ...apiTokenAnswer(made), token };
  }

  @Delete(':id')
  @HttpCode(204)
  async remove(@Req() request: FastifyRequest, @Param('id') id: string): Promise<void> {
    const actor = await this.#access.actor(request);
    const owner = ownerSeen(actor, 'write');
    if (!ID.test(id) || !(await this.#tokens.remove(id, owner, byOf(actor))))
      throw problem(404, 'not_found', 'There is no such token.', { field: 'id' });
  }
}

/** Whose tokens somebody reaches; null: everybody's. A token with scopes reaches its owner's only by scope, too. */
function ownerSeen(actor: Actor, level: 'read' | 'write'): string | null {
  if (may(actor, 'people', level)) return null;
  if (actor.scopes === null && actor.email !== null) return actor.email;
  throw problem(403, 'forbidden', 'The scopes of your token do not allow this.');
}

function afterId([id = '']: readonly string[]): string {
  if (ID.test(id)) return id;
  throw problem(400, 'invalid_request', 'cursor must be the "next" of an earlier page.', { field: 'cursor' });
}

function readToken(fields: Fields, now_ms: number): Pick<ApiToken, 'name' | 'scopes' | 'expires_at_ms'> {
  refuseOthers(fields, ['name', 'scopes', 'expiresAt']);
  return {
    name: readField(fields, 'name', 'a text of 1 to 200 characters', nameOf),
    scopes: readField(fields, 'scopes', `a list of at least one of ${SCOPES.join(', ')}`, scopesOf),
    expires_at_ms: readField(fields, 'expiresAt', 'an ISO time at most a year ahead', (value) => {
      const time_ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
      return time_ms > now_ms && time_ms <= now_ms + LIFE_MS_AT_MOST ? time_ms : undefined;
    }),
  };
}

function scopesOf(value: unknown): readonly Scope[] | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > SCOPES.length) return undefined;
  const scopes = SCOPES.filter((scope) => value.includes(scope));
  return value.every((one) => SCOPES.some((scope) => scope === one)) ? scopes : undefined;
}
