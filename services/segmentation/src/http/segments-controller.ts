import { page, pageRequest, Recorded, Route } from '@hilo/service';
import type { AnswerOf, CallOf } from '@hilo/service/contract';
import { Controller, Inject } from '@nestjs/common';
import { type PublishSoon, type SegmentStore, TOKENS } from '../ports.ts';
import { memberAnswer, segmentAnswer } from './answers.ts';
import { type Api, contract } from './contract.ts';
import { readEvaluated } from './read-wanted.ts';
import { refuse, unknown } from './refuse.ts';

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
