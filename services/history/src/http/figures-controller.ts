import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { sizesOf } from '../domain/segment-sizes.ts';
import { type FiguresReader, TOKENS } from '../ports.ts';
import { readKeys } from './read-keys.ts';
import { readSince, readWindow } from './read-times.ts';

/** Figures: today's, and the sizes of segments over time. */
@Controller('v1')
export class FiguresController {
  readonly #figures: FiguresReader;

  constructor(@Inject(TOKENS.figures) figures: FiguresReader) {
    this.#figures = figures;
  }

  @Get('today')
  async today(@Query() query: Record<string, unknown>) {
    const since_ms = readSince(query, Date.now());
    return { since: instant(since_ms), ...(await this.#figures.today(since_ms)) };
  }

  /** Several segments at once, for a list of them: sizes alone, one read for all. */
  @Get('segments/sizes')
  async sizesOfSeveral(@Query() query: Record<string, unknown>) {
    const keys = readKeys(query);
    const window = readWindow(query, Date.now());
    const changes = await this.#figures.sizeChanges(keys, window);
    return {
      from: instant(window.from_ms),
      to: instant(window.to_ms),
      step: window.step_ms / 1000,
      segments: keys.map((segment) => ({
        segment,
        sizes: sizesOf(window, changes.get(segment) ?? []).map(({ members }) => members),
      })),
    };
  }

  @Get('segments/:key/sizes')
  async sizes(@Param('key') key: string, @Query() query: Record<string, unknown>) {
    const window = readWindow(query, Date.now());
    const changes = await this.#figures.sizeChanges([key], window);
    const points = sizesOf(window, changes.get(key) ?? []);
    return {
      segment: key,
      from: instant(window.from_ms),
      to: instant(window.to_ms),
      step: window.step_ms / 1000,
      points: points.map(({ at_ms, ...point }) => ({ at: instant(at_ms), ...point })),
    };
  }
}

function instant(time_ms: number): string {
  return new Date(time_ms).toISOString();
}
