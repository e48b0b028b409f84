import { page, pageRequest, problem, Recorded, Route } from '@hilo/service';
import type { AnswerOf, CallOf } from '@hilo/service/contract';
import { Controller, Inject } from '@nestjs/common';
import type { SaveResult } from '../domain/catalogue.ts';
import { type PublishSoon, type SegmentStore, TOKENS } from '../ports.ts';
import { memberAnswer, segmentAnswer } from './answers.ts';
import { type Api, contract } from './contract.ts';
import { readEvaluated } from './read-wanted.ts';

/** `/v1/segments`: definitions of segments, and who is in them. */
@Controller()
export class SegmentsController {
  readonly #store: SegmentStore;
  readonly #publisher: PublishSoon;

  constructor(@Inject(TOKENS.store) store: SegmentStore, @Inject(TOKENS.publisher) publisher: PublishSoon) {
    this.#store = store;
    this.#publisher = publisher;
  }

  @Route(contract, 'listSegments')
  async list({ query }: CallOf<Api, 'listSegments'>): Promise<AnswerOf<Api, 'listSegments'>> {
    const { limit, after } = pageRequest(query);
    const segments = await this.#store.list(after?.[0] ?? null, limit + 1);
    return page(segments.map(segmentAnswer), limit, ({ key }) => [key]);
  }

  @Route(contract, 'getSegment')
  get({ params }: CallOf<Api, 'getSegment'>): Promise<AnswerOf<Api, 'getSegment'>> {
    return this.#answer(params.key);
  }

  @Route(contract, 'putSegment')
  @Recorded()
  async put({ params: { key }, body }: CallOf<Api, 'putSegment'>): Promise<AnswerOf<Api, 'putSegment'>> {
    const { name = key, version = null } = body;
    const wanted = { key, name, condition: readEvaluated(body.condition), basedOn: version };
    refuse(key, await this.#store.save(wanted, Date.now()));
    await this.#publisher.publishSoon();
    return this.#answer(key);
  }

  @Route(contract, 'deleteSegment')
  @Recorded()
  async remove({ params: { key } }: CallOf<Api, 'deleteSegment'>): Promise<void> {
    refuse(key, await this.#store.save({ key, name: '', condition: null, basedOn: null }, Date.now()));
    await this.#publisher.publishSoon();
  }

  @Route(contract, 'listMembers')
  async members({ params: { key }, query }: CallOf<Api, 'listMembers'>): Promise<AnswerOf<Api, 'listMembers'>> {
    const { limit, after } = pageRequest(query);
    if ((await this.#store.find(key)) === null) throw unknown(key);
    const members = await this.#store.members(key, after?.[0] ?? null, limit + 1);
    return page(members.map(memberAnswer), limit, ({ profile_id }) => [profile_id]);
  }

  async #answer(key: string): Promise<AnswerOf<Api, 'getSegment'>> {
    const found = await this.#store.find(key);
    if (found === null) throw unknown(key);
    return segmentAnswer(found);
  }
}

function unknown(key: string): Error {
  return problem('not_found', `There is no segment "${key}".`, { field: 'key' });
}

/** Throws if the change could not be saved. */
function refuse(key: string, result: SaveResult): void {
  switch (result.kind) {
    case 'saved':
    case 'unchanged':
      return;
    case 'unknown':
      throw unknown(key);
    case 'conflict': {
      const now = result.version === 0 ? 'does not exist' : `has version ${result.version}`;
      throw problem('version_conflict', `The segment now ${now}. Read it again.`, { field: 'version' });
    }
    case 'too-many-segments':
      throw problem('limit_reached', `There are ${result.limit} segments already: delete one first.`);
    case 'too-many-series':
      throw problem(
        'limit_reached',
        `All segments together would ask for ${result.needed} different kinds of events; the limit is ${result.limit}. ` +
          'Let conditions ask for the same events with the same "where".',
        { field: 'condition' },
      );
    case 'names-unknown':
      throw problem('invalid_condition', `"in" names "${result.key}", but there is no such segment.`, {
        field: 'condition',
      });
    case 'circle':
      throw problem(
        'invalid_condition',
        `Segments would name each other in a circle: ${result.keys.map((one) => `"${one}"`).join(' → ')}.`,
        { field: 'condition' },
      );
    case 'in-use':
      throw problem(
        'segment_in_use',
        `Other segments name "${key}" with "in": ${result.by.map((one) => `"${one}"`).join(', ')}. Change them first.`,
        { field: 'key' },
      );
  }
}
