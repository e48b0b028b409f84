import { Route } from '@hilo/service';
import type { AnswerOf, CallOf, SchemaOf } from '@hilo/service/contract';
import { Controller, Inject } from '@nestjs/common';
import { seenPaths, seenValues } from '../domain/seen.ts';
import { type SeenReader, TOKENS } from '../ports.ts';
import { type Api, contract } from './contract.ts';

/** Events, properties, traits and values that were seen, for those who write a condition. */
@Controller()
export class SeenController {
  readonly #seen: SeenReader;

  constructor(@Inject(TOKENS.seen) seen: SeenReader) {
    this.#seen = seen;
  }

  @Route(contract, 'listSeenEvents')
  async events(): Promise<AnswerOf<Api, 'listSeenEvents'>> {
    return { items: await this.#seen.events() };
  }

  @Route(contract, 'listSeenProperties')
  async properties({ query }: CallOf<Api, 'listSeenProperties'>): Promise<AnswerOf<Api, 'listSeenProperties'>> {
    const texts = await this.#seen.properties(query.event);
    return { sampled: texts.length, items: seenPaths(texts) };
  }

  @Route(contract, 'listSeenValues')
  async values({ query }: CallOf<Api, 'listSeenValues'>): Promise<AnswerOf<Api, 'listSeenValues'>> {
    return valuesOf(await this.#seen.properties(query.event), query.property);
  }

  @Route(contract, 'listSeenTraits')
  async traits(): Promise<AnswerOf<Api, 'listSeenTraits'>> {
    const texts = await this.#seen.traits();
    return { sampled: texts.length, items: seenPaths(texts) };
  }

  @Route(contract, 'listSeenTraitValues')
  async traitValues({ query }: CallOf<Api, 'listSeenTraitValues'>): Promise<AnswerOf<Api, 'listSeenTraitValues'>> {
    return valuesOf(await this.#seen.traits(), query.trait);
  }
}

function valuesOf(texts: readonly string[], path: string): SchemaOf<Api, 'SeenValues'> {
  return { sampled: texts.length, items: seenValues(texts, path) };
}
