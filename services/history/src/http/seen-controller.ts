import { problem } from '@hilo/service';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { SEEN_LIMITS, seenPaths, seenValues } from '../domain/seen.ts';
import { type SeenReader, TOKENS } from '../ports.ts';

/** Events, properties, traits and values that were seen, for those who write a condition. */
@Controller('v1/seen')
export class SeenController {
  readonly #seen: SeenReader;

  constructor(@Inject(TOKENS.seen) seen: SeenReader) {
    this.#seen = seen;
  }

  @Get('events')
  async events() {
    return { items: await this.#seen.events() };
  }

  @Get('properties')
  async properties(@Query('event') event: unknown) {
    const texts = await this.#seen.properties(nameOf(event, 'event'));
    return { sampled: texts.length, items: seenPaths(texts) };
  }

  @Get('values')
  async values(@Query('event') event: unknown, @Query('property') property: unknown) {
    const path = nameOf(property, 'property');
    const texts = await this.#seen.properties(nameOf(event, 'event'));
    return { sampled: texts.length, items: seenValues(texts, path) };
  }

  @Get('traits')
  async traits() {
    const texts = await this.#seen.traits();
    return { sampled: texts.length, items: seenPaths(texts) };
  }

  @Get('trait-values')
  async traitValues(@Query('trait') trait: unknown) {
    const path = nameOf(trait, 'trait');
    const texts = await this.#seen.traits();
    return { sampled: texts.length, items: seenValues(texts, path) };
  }
}

/** A name or a path, as long as the segment language takes one. */
function nameOf(value: unknown, field: string): string {
  if (typeof value === 'string' && value !== '' && value.length <= SEEN_LIMITS.path_characters) return value;
  const detail = `${field} must be a name of 1 to ${SEEN_LIMITS.path_characters} characters.`;
  throw problem(400, 'invalid_request', detail, { field });
}
