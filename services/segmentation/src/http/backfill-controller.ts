import { problem, Recorded, Route } from '@hilo/service';
import type { AnswerOf, CallOf } from '@hilo/service/contract';
import { Controller, Inject } from '@nestjs/common';
import { type Backfills, type PublishSoon, type SegmentStore, TOKENS } from '../ports.ts';
import { backfillAnswer } from './answers.ts';
import { type Api, contract } from './contract.ts';
import { refuse, unknown } from './refuse.ts';

/** `/v1/segments/{key}/backfill`: the past of a segment that is looked up. */
@Controller()
export class BackfillController {
  readonly #store: SegmentStore;
  readonly #backfills: Backfills;
  readonly #publisher: PublishSoon;

  constructor(
    @Inject(TOKENS.store) store: SegmentStore,
    @Inject(TOKENS.backfills) backfills: Backfills,
    @Inject(TOKENS.publisher) publisher: PublishSoon,
  ) {
    this.#store = store;
    this.#backfills = backfills;
    this.#publisher = publisher;
  }

  @Route(contract, 'getBackfill')
  async get({ params: { key } }: CallOf<Api, 'getBackfill'>): Promise<AnswerOf<Api, 'getBackfill'>> {
    if ((await this.#store.find(key)) === null) throw unknown(key);
    return backfillAnswer(key, await this.#backfills.find(key));
  }

  @Route(contract, 'startBackfill')
  @Recorded()
  async start({ params: { key } }: CallOf<Api, 'startBackfill'>): Promise<AnswerOf<Api, 'startBackfill'>> {
    refuse(key, await this.#store.saveWithPast(key, Date.now()));
    await this.#publisher.publishSoon();
    return backfillAnswer(key, await this.#backfills.find(key));
  }

  @Route(contract, 'cancelBackfill')
  @Recorded()
  async cancel({ params: { key } }: CallOf<Api, 'cancelBackfill'>): Promise<void> {
    if ((await this.#store.find(key)) === null) throw unknown(key);
    const result = await this.#store.cancelBackfill(key, Date.now());
    if (result === null) throw problem('no_backfill', `No backfill of "${key}" can be ended now.`, { field: 'key' });
    refuse(key, result);
    await this.#publisher.publishSoon();
  }
}
