import { randomBytes } from 'node:crypto';
import { Controller, Inject } from '@nestjs/common';
import { page, pageRequest, Public, problem, readField, Route } from '@hilo/service';
import type { AnswerOf, BodyOf, CallOf } from '@hilo/service/contract';
import { tokenHash } from '../domain/opaque-token.ts';
import { nameOf } from '../domain/person.ts';
import { type Actor, may, SCOPES, scopesBeyond } from '../domain/rights.ts';
import { type ApiToken, type ApiTokenStore, TOKENS } from '../ports.ts';
import { apiTokenAnswer } from './answers.ts';
import { Allow, Caller, Confirmed } from './api-guard.ts';
import { type Api, contract } from './contract.ts';
import { byOf } from './http-access.ts';

const ID = /^t_[\w-]{16}$/;

const LIFE_MS_AT_MOST = 366 * 24 * 3_600_000;

/** `/api/tokens`: one's own tokens for programs; admins see and remove everybody's. */
@Controller()
@Public()
export class TokensController {
  readonly #tokens: ApiTokenStore;

  constructor(@Inject(TOKENS.apiTokens) tokens: ApiTokenStore) {
    this.#tokens = tokens;
  }

  @Route(contract, 'listTokens')
  @Allow('anybody')
  async list({ query }: CallOf<Api, 'listTokens'>, @Caller() actor: Actor): Promise<AnswerOf<Api, 'listTokens'>> {
    const { limit, after } = pageRequest(query);
    const tokens = await this.#tokens.list(ownerSeen(actor, 'read'), after === null ? null : afterId(after), limit + 1);
    return page(tokens.map(apiTokenAnswer), limit, ({ id }) => [id]);
  }

  @Route(contract, 'addToken')
  @Allow('anybody')
  @Confirmed()
  async add({ body }: CallOf<Api, 'addToken'>, @Caller() actor: Actor): Promise<AnswerOf<Api, 'addToken'>> {
    if (actor.email === null || actor.scopes !== null)
      throw problem('forbidden', 'A token belongs to a person: sign in to make one.');
    const nowMs = Date.now();
    const made: ApiToken = {
      id: `t_${randomBytes(12).toString('base64url')}`,
      ...readToken(body, nowMs),
      owner: actor.email,
      created_at_ms: nowMs,
      last_used_at_ms: null,
    };
    const beyond = scopesBeyond(actor, made.scopes);
    if (beyond.length > 0)
      throw problem('forbidden', `Your role does not have ${beyond.join(', ')}.`, { field: 'scopes' });
    const token = `hilo_${randomBytes(32).toString('base64url')}`;
    if ((await this.#tokens.add(made, tokenHash(token), byOf(actor))) === 'limit_reached')
      throw problem('limit_reached', 'You have as many tokens as one may have. Delete one first.');
    return { ...apiTokenAnswer(made), token };
  }

  @Route(contract, 'removeToken')
  @Allow('anybody')
  async remove({ params }: CallOf<Api, 'removeToken'>, @Caller() actor: Actor): Promise<void> {
    const { id } = params;
    const owner = ownerSeen(actor, 'write');
    if (!ID.test(id) || !(await this.#tokens.remove(id, owner, byOf(actor))))
      throw problem('not_found', 'There is no such token.', { field: 'id' });
  }
}

/** Whose tokens somebody reaches; null: everybody's. A token with scopes reaches its owner's only by scope, too. */
function ownerSeen(actor: Actor, level: 'read' | 'write'): string | null {
  if (may(actor, 'people', level)) return null;
  if (actor.scopes === null && actor.email !== null) return actor.email;
  throw problem('forbidden', 'The scopes of your token do not allow this.');
}

function afterId([id = '']: readonly string[]): string {
  if (ID.test(id)) return id;
  throw problem('invalid_request', 'cursor must be the "next" of an earlier page.', { field: 'cursor' });
}

function readToken(
  body: BodyOf<Api, 'addToken', 'read'>,
  nowMs: number,
): Pick<ApiToken, 'name' | 'scopes' | 'expires_at_ms'> {
  return {
    name: readField(body, 'name', 'a text of 1 to 200 characters', nameOf),
    // In one order, and each once.
    scopes: SCOPES.filter((scope) => body.scopes.includes(scope)),
    expires_at_ms: readField(body, 'expires_at', 'an ISO time at most a year ahead', (time) => {
      const timeMs = Date.parse(String(time));
      return timeMs > nowMs && timeMs <= nowMs + LIFE_MS_AT_MOST ? timeMs : undefined;
    }),
  };
}
