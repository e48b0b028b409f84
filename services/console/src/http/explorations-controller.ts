import { randomBytes } from 'node:crypto';
import { Controller, Inject } from '@nestjs/common';
import { page, pageRequest, Public, problem, Route } from '@hilo/service';
import type { AnswerOf, CallOf, SchemaOf } from '@hilo/service/contract';
import { EXPLORATION_KINDS, EXPLORATION_LIMITS, type ExplorationKind } from '../domain/exploration.ts';
import { type Actor, may } from '../domain/rights.ts';
import type { ExplorationContent, ExplorationStore, NewExploration, Seer } from '../exploration-store.ts';
import { TOKENS } from '../ports.ts';
import { explorationAnswer } from './answers.ts';
import { Allow, Caller } from './api-guard.ts';
import { type Api, contract } from './contract.ts';
import { byOf } from './http-access.ts';

const ID = /^x_[\w-]{16}$/;

/** `/api/explore/{kind}`: saved queries and dashboards, one's own and those that are shared. */
@Controller()
@Public()
export class ExplorationsController {
  readonly #explorations: ExplorationStore;

  constructor(@Inject(TOKENS.explorations) explorations: ExplorationStore) {
    this.#explorations = explorations;
  }

  @Route(contract, 'listExplorations')
  @Allow('explore', 'read')
  async list(
    { params, query }: CallOf<Api, 'listExplorations'>,
    @Caller() actor: Actor,
  ): Promise<AnswerOf<Api, 'listExplorations'>> {
    const kind = kindOf(params.kind);
    const { limit, after } = pageRequest(query);
    const found = await this.#explorations.list(kind, seerOf(actor), after === null ? null : afterId(after), limit + 1);
    return page(found.map(explorationAnswer), limit, ({ id }) => [id]);
  }

  @Route(contract, 'addExploration')
  @Allow('explore', 'write')
  async add(
    { params, body }: CallOf<Api, 'addExploration'>,
    @Caller() actor: Actor,
  ): Promise<AnswerOf<Api, 'addExploration'>> {
    const added = readExploration(kindOf(params.kind), body);
    const id = `x_${randomBytes(12).toString('base64url')}`;
    const made = await this.#explorations.add(id, added, actor.email, byOf(actor));
    if (made === 'limit_reached')
      throw problem('limit_reached', 'You have saved as many as one may. Delete one first.');
    return explorationAnswer(made);
  }

  @Route(contract, 'getExploration')
  @Allow('explore', 'read')
  async read(
    { params }: CallOf<Api, 'getExploration'>,
    @Caller() actor: Actor,
  ): Promise<AnswerOf<Api, 'getExploration'>> {
    const kind = kindOf(params.kind);
    const found = ID.test(params.id) ? await this.#explorations.find(kind, params.id, seerOf(actor)) : null;
    if (found === null) throw unknown();
    return explorationAnswer(found);
  }

  @Route(contract, 'changeExploration')
  @Allow('explore', 'write')
  async change(
    { params, body }: CallOf<Api, 'changeExploration'>,
    @Caller() actor: Actor,
  ): Promise<AnswerOf<Api, 'changeExploration'>> {
    const changed = readExploration(kindOf(params.kind), body);
    if (!ID.test(params.id)) throw unknown();
    const made = await this.#explorations.change(params.id, changed, body.version, seerOf(actor), byOf(actor));
    if (made === 'unknown') throw unknown();
    if (made === 'not_yours') throw notYours();
    if (made === 'other_version')
      throw problem('version_conflict', 'It was changed meanwhile: load it again.', { field: 'version' });
    return explorationAnswer(made);
  }

  @Route(contract, 'removeExploration')
  @Allow('explore', 'write')
  async remove({ params }: CallOf<Api, 'removeExploration'>, @Caller() actor: Actor): Promise<void> {
    const kind = kindOf(params.kind);
    if (!ID.test(params.id)) throw unknown();
    const done = await this.#explorations.remove(kind, params.id, seerOf(actor), byOf(actor));
    if (done === 'unknown') throw unknown();
    if (done === 'not_yours') throw notYours();
  }
}

function unknown(): Error {
  return problem('not_found', 'There is no such thing here, or it is not shared with you.', { field: 'id' });
}

function notYours(): Error {
  return problem('forbidden', 'Only its owner and admins may change it. Save a copy of your own.');
}

/** In addresses the kinds stand in the plural: what is there are lists. */
function kindOf(word: unknown): ExplorationKind {
  const kind = EXPLORATION_KINDS.find((one) => pluralOf(one) === word);
  if (kind === undefined) throw problem('not_found', 'There are queries and dashboards here.', { field: 'kind' });
  return kind;
}

function pluralOf(kind: ExplorationKind): string {
  return kind === 'query' ? 'queries' : 'dashboards';
}

/** An API token sees and changes what its owner does; everybody's only with the scope of those who see to people. */
function seerOf(actor: Actor): Seer {
  return { email: actor.email, isAdmin: may(actor, 'people', 'write') };
}

function readExploration(kind: ExplorationKind, body: SchemaOf<Api, 'NewExploration'>): NewExploration {
  const content = trimmed(body.content);
  const { contentCharacters, tiles } = EXPLORATION_LIMITS;
  if (kindOfContent(content) !== kind || JSON.stringify(content).length > contentCharacters) {
    const wanted =
      kind === 'query' ? 'a statement with its view' : `a segment, an interval, and at most ${tiles} tiles`;
    const detail = `content must be ${wanted}, of up to ${contentCharacters} characters.`;
    throw problem('invalid_request', detail, { field: 'content' });
  }
  return { kind, name: body.name.trim(), shared: body.shared, content };
}

function kindOfContent(content: ExplorationContent): ExplorationKind {
  return 'sql' in content ? 'query' : 'dashboard';
}

function trimmed(content: ExplorationContent): ExplorationContent {
  if ('sql' in content) return content;
  return { ...content, tiles: content.tiles.map((tile) => ({ ...tile, title: tile.title.trim() })) };
}

function afterId([id = '']: readonly string[]): string {
  if (ID.test(id)) return id;
  throw problem('invalid_request', 'cursor must be the "next" of an earlier page.', { field: 'cursor' });
}
