import { isFields, problem, readField, readFields, refuseOthers, Recorded } from '@hilo/service';
import { Body, Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import type { LetterPlace } from '../domain/letter-replay.ts';
import { type DeadLetters, type ReplayOutcome, TOKENS } from '../ports.ts';

/** Letters replayed by one request, at most. */
const REPLAYED_AT_ONCE = 200;

/** What the stages set aside, to be looked at and to be processed again. */
@Controller('v1/dead-letters')
export class DeadLettersController {
  readonly #letters: DeadLetters;

  constructor(@Inject(TOKENS.dead_letters) letters: DeadLetters) {
    this.#letters = letters;
  }

  @Get()
  async counts() {
    return { items: await this.#letters.counts() };
  }

  @Get(':stage')
  async latest(@Param('stage') stage: string) {
    return { items: await this.#letters.latest(this.#known(stage)) };
  }

  @Post(':stage/replay')
  @Recorded()
  @HttpCode(200)
  async replay(
    @Param('stage') stage: string,
    @Body() body: unknown,
  ): Promise<{ readonly items: readonly ReplayOutcome[] }> {
    const fields = readFields(body);
    refuseOthers(fields, ['letters']);
    const asked = `a list of 1 to ${REPLAYED_AT_ONCE} places {partition, offset}, each once`;
    const places = readField(fields, 'letters', asked, readPlaces);
    return { items: await this.#letters.replay(this.#known(stage), places) };
  }

  #known(stage: string): string {
    const { stages } = this.#letters;
    if (stages.includes(stage)) return stage;
    throw problem(404, 'not_found', `There is no such stage; there are ${stages.join(', ')}.`, { field: 'stage' });
  }
}

function readPlaces(value: unknown): readonly LetterPlace[] | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > REPLAYED_AT_ONCE) return undefined;
  const places = value.map(readPlace);
  if (places.includes(null)) return undefined;
  const known = places.filter((place) => place !== null);
  const distinct = new Set(known.map(({ partition, offset }) => `${partition}/${offset}`));
  return distinct.size === known.length ? known : undefined;
}

function readPlace(value: unknown): LetterPlace | null {
  if (!isFields(value)) return null;
  const { partition, offset, ...others } = value;
  if (!isCount(partition) || !isCount(offset) || Object.keys(others).length > 0) return null;
  return { partition, offset };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
