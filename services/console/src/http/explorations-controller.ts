import { randomBytes } from 'node:crypto';
import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Query, Req } from '@nestjs/common';
import { type Fields, type Page, page, Public, problem, readField, readPage, refuseOthers } from '@hilo/service';
import type { FastifyRequest } from 'fastify';
import {
  EXPLORATION_KINDS,
  EXPLORATION_LIMITS,
  type ExplorationKind,
  explorationContent,
  explorationName,
} from '../domain/exploration.ts';
import { type Actor, may } from '../domain/rights.ts';
import { type Exploration, type ExplorationStore, type NewExploration, type Seer, TOKENS } from '../ports.ts';
import { byOf, type HttpAccess } from './http-access.ts';
import { readJson } from './read-json.ts';

const ID = /^x_[\w-]{16}$/;

/** A page has whole contents: fewer fit than of other lists. */
const PAGE_LIMITS = { default_limit: 20, maximum_limit: 100 } as const;

/** `/api/explore/{kind}`: saved queries and dashboards, one's own and those that are shared. */
@Controller('api/explore/:kind')
@Public()
export class ExplorationsController {
  readonly #access: HttpAccess;
  readonly #explorations: ExplorationStore;

  constructor(@Inject(TOKENS.access) access: HttpAccess, @Inject(TOKENS.explorations) explorations: ExplorationStore) {
    this.#access = access;
    this.#explorations = explorations;
  }

  @Get()
  async list(
    @Req() request: FastifyRequest,
    @Param('kind') word: string,
    @Query() query: Fields,
  ): Promise<Page<ReturnType<typeof explorationAnswer>>> {
    const actor = await this.#access.allow(request, 'explore', 'read');
    const kind = kindOf(word);
    const { limit, after } = readPage(query, PAGE_LIMITS);
    const found = await this.#explorations.list(kind, seerOf(actor), after === null ? null : afterId(after), limit + 1);
    return page(found.map(explorationAnswer), limit, ({ id }) => [id]);
  }

  @Post()
  @HttpCode(201)
  async add(@Req() request: FastifyRequest, @Param('kind') word: string) {
    const actor = await this.#access.allow(request, 'explore', 'write');
    const fields = readJson(request);
    refuseOthers(fields, ['name', 'shared', 'content']);
    const added = readExploration(kindOf(word), fields);
    const id = `x_${randomBytes(12).toString('base64url')}`;
    const made = await this.#explorations.add(id, added, actor.email, byOf(actor));
    if (made === 'limit_reached')
      throw problem(409, 'limit_reached', 'You have saved as many as one may. Delete one first.');
    return explorationAnswer(made);
  }

  @Get(':id')
  async read(@Req() request: FastifyRequest, @Param('kind') word: string, @Param('id') id: string) {
    const actor = await this.#access.allow(request, 'explore', 'read');
    const kind = kindOf(word);
    const found = ID.test(id) ? await this.#explorations.find(kind, id, seerOf(actor)) : null;
    if (found === null) throw unknown();
    return explorationAnswer(found);
  }

  @Put(':id')
  async change(@Req() request: FastifyRequest, @Param('kind') word: string, @Param('id') id: string) {
    const actor = await this.#access.allow(request, 'explore', 'write');
    const fields = readJson(request);
    refuseOthers(fields, ['name', 'shared', 'content', 'version']);
    const changed = readExploration(kindOf(word), fields);
    const version = readField(fields, 'version', 'the version that you changed', (value) =>
      typeof value === 'number' && Number.isInteger(value) ? value : undefined,
    );
    if (!ID.test(id)) throw unknown();
    const made = await this.#explorations.change(id, changed, version, seerOf(actor), byOf(actor));
    if (made === 'unknown') throw unknown();
    if (made === 'not_yours') throw notYours();
    if (made === 'other_version')
      throw problem(409, 'version_conflict', 'It was changed meanwhile: load it again.', { field: 'version' });
    return explorationAnswer(made);
  }

  @Delete(':id')
  @HttpCode(204)
  async remove(@Req() request: FastifyRequest, @Param('kind') word: string, @Param('id') id: string): Promise<void> {
    const actor = await this.#access.allow(request, 'explore', 'write');
    const kind = kindOf(word);
    if (!ID.test(id)) throw unknown();
    const done = await this.#explorations.remove(kind, id, seerOf(actor), byOf(actor));
    if (done === 'unknown') throw unknown();
    if (done === 'not_yours') throw notYours();
  }
}

function unknown(): Error {
  return problem(404, 'not_found', 'There is no such thing here, or it is not shared with you.', { field: 'id' });
}

function notYours(): Error {
  return problem(403, 'forbidden', 'Only its owner and admins may change it. Save a copy of your own.');
}

/** In addresses the kinds stand in the plural: what is there are lists. */
function kindOf(word: string): ExplorationKind {
  const kind = EXPLORATION_KINDS.find((one) => pluralOf(one) === word);
  if (kind === undefined) throw problem(404, 'not_found', 'There are queries and dashboards here.', { field: 'kind' });
  return kind;
}

function pluralOf(kind: ExplorationKind): string {
  return kind === 'query' ? 'queries' : 'dashboards';
}

/** An API token sees and changes what its owner does; everybody's only with the scope of those who see to people. */
function seerOf(actor: Actor): Seer {
  return { email: actor.email, is_admin: may(actor, 'people', 'write') };
}

function readExploration(kind: ExplorationKind, fields: Fields): NewExploration {
  const { name_characters, tiles } = EXPLORATION_LIMITS;
  const wanted = kind === 'query' ? 'a statement with its view' : `a segment, an interval, and at most ${tiles} tiles`;
  return {
    kind,
    name: readField(fields, 'name', `a text of 1 to ${name_characters} characters`, explorationName),
    shared: readField(fields, 'shared', 'true or false', (value) => (typeof value === 'boolean' ? value : undefined)),
    content: readField(fields, 'content', `${wanted} (openapi.json has its form)`, (value) =>
      explorationContent(kind, value),
    ),
  };
}

function explorationAnswer({ created_at_ms, updated_at_ms, kind: _kind, ...rest }: Exploration) {
  return {
    ...rest,
    createdAt: new Date(created_at_ms).toISOString(),
    updatedAt: new Date(updated_at_ms).toISOString(),
  };
}

function afterId([id = '']: readonly string[]): string {
  if (ID.test(id)) return id;
  throw problem(400, 'invalid_request', 'cursor must be the "next" of an earlier page.', { field: 'cursor' });
}
