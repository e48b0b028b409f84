import { problem, Recorded, Route } from '@hilo/service';
import type { AnswerOf, CallOf } from '@hilo/service/contract';
import { Controller, Inject } from '@nestjs/common';
import { type DeadLetters, TOKENS } from '../ports.ts';
import { type Api, contract } from './contract.ts';

/** What the stages set aside, to be looked at and to be processed again. */
@Controller()
export class DeadLettersController {
  readonly #deadLetters: DeadLetters;

  constructor(@Inject(TOKENS.dead_letters) deadLetters: DeadLetters) {
    this.#deadLetters = deadLetters;
  }

  @Route(contract, 'countDeadLetters')
  async counts(): Promise<AnswerOf<Api, 'countDeadLetters'>> {
    return { items: await this.#deadLetters.counts() };
  }

  @Route(contract, 'listDeadLetters')
  async latest({ params }: CallOf<Api, 'listDeadLetters'>): Promise<AnswerOf<Api, 'listDeadLetters'>> {
    return { items: await this.#deadLetters.latest(this.#known(params.stage)) };
  }

  @Route(contract, 'replayDeadLetters')
  @Recorded()
  async replay({ params, body }: CallOf<Api, 'replayDeadLetters'>): Promise<AnswerOf<Api, 'replayDeadLetters'>> {
    return { items: await this.#deadLetters.replay(this.#known(params.stage), body.dead_letters) };
  }

  #known(stage: string): string {
    const { stages } = this.#deadLetters;
    if (stages.includes(stage)) return stage;
    throw problem('not_found', `There is no such stage; there are ${stages.join(', ')}.`, { field: 'stage' });
  }
}
