import { problem } from '@hilo/service';
import { Controller, Get, Inject, Param } from '@nestjs/common';
import { type DeadLetterReader, TOKENS } from '../ports.ts';

/** What the stages set aside, to be looked at. */
@Controller('v1/dead-letters')
export class DeadLettersController {
  readonly #reader: DeadLetterReader;

  constructor(@Inject(TOKENS.dead_letters) reader: DeadLetterReader) {
    this.#reader = reader;
  }

  @Get()
  async counts() {
    return { items: await this.#reader.counts() };
  }

  @Get(':stage')
  async latest(@Param('stage') stage: string) {
    if (!this.#reader.stages.includes(stage))
      throw problem(404, 'not_found', `There is no such stage; there are ${this.#reader.stages.join(', ')}.`, {
        field: 'stage',
      });
    return { items: await this.#reader.latest(stage) };
  }
}
