import { randomBytes } from 'node:crypto';
import { page, pageRequest, problem, Recorded, Route } from '@hilo/service';
import type { AnswerOf, CallOf } from '@hilo/service/contract';
import { Controller, Inject } from '@nestjs/common';
import type { Source } from '../domain/source.ts';
import { type SourceStore, TOKENS } from '../ports.ts';
import { type Api, contract } from './contract.ts';

/** The sources that may send events. */
@Controller()
export class SourcesController {
  readonly #store: SourceStore;
  readonly #stored: (source: Source) => void;

  constructor(
    @Inject(TOKENS.sources) store: SourceStore,
    @Inject(TOKENS.sourceStored) stored: (source: Source) => void,
  ) {
    this.#store = store;
    this.#stored = stored;
  }

  @Route(contract, 'listSources')
  async list({ query }: CallOf<Api, 'listSources'>): Promise<AnswerOf<Api, 'listSources'>> {
    const { limit, after } = pageRequest(query);
    const sources = (await this.#store.all()).filter(({ key }) => after === null || key > (after[0] ?? ''));
    return page(sources, limit, ({ key }) => [key]);
  }

  @Route(contract, 'getSource')
  async get({ params }: CallOf<Api, 'getSource'>): Promise<AnswerOf<Api, 'getSource'>> {
    const [source] = await this.#store.find([params.key]);
    if (source === undefined) throw problem('not_found', 'There is no source with this key.', { field: 'key' });
    return source;
  }

  /** Creates or replaces a source. Without a write key, the current one stays, or a new source gets one. */
  @Route(contract, 'putSource')
  @Recorded()
  async put({ params: { key }, body }: CallOf<Api, 'putSource'>): Promise<AnswerOf<Api, 'putSource'>> {
    const [before] = await this.#store.find([key]);
    const write_key = body.write_key ?? before?.write_key ?? randomBytes(24).toString('base64url');
    const source: Source = { key, ...body, write_key };
    if ((await this.#store.put(source)) === 'write_key_taken')
      throw problem('write_key_taken', 'Another source has this write key.', { field: 'write_key' });
    this.#stored(source);
    return source;
  }
}
