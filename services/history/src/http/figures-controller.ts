import { Route } from '@hilo/service';
import type { AnswerOf, CallOf } from '@hilo/service/contract';
import { Controller, Inject } from '@nestjs/common';
import { type SizeWindow, sizesOf } from '../domain/segment-sizes.ts';
import { type FiguresReader, TOKENS } from '../ports.ts';
import { type Api, contract } from './contract.ts';
import { readSince, readWindow } from './read-times.ts';

/** Figures: today's, and the sizes of segments over time. */
@Controller()
export class FiguresController {
  readonly #figures: FiguresReader;

  constructor(@Inject(TOKENS.figures) figures: FiguresReader) {
    this.#figures = figures;
  }

  @Route(contract, 'getToday')
  async today({ query }: CallOf<Api, 'getToday'>): Promise<AnswerOf<Api, 'getToday'>> {
    const since_ms = readSince(query, Date.now());
    return { since: instant(since_ms), ...(await this.#figures.today(since_ms)) };
  }

  /** Several segments at once, for a list of them: sizes alone, one read for all. */
  @Route(contract, 'listSegmentSizes')
  async sizesOfSeveral({ query }: CallOf<Api, 'listSegmentSizes'>): Promise<AnswerOf<Api, 'listSegmentSizes'>> {
    // In one order however they are asked for: an answer is kept for some seconds.
    const keys = [...new Set(query.keys.split(','))].sort();
    const window = readWindow(query, Date.now());
    const changes = await this.#figures.sizeChanges(keys, window);
    return {
      ...shown(window),
      segments: keys.map((segment) => ({
        segment,
        sizes: sizesOf(window, changes.get(segment) ?? []).map(({ members }) => members),
      })),
    };
  }

  @Route(contract, 'getSegmentSizes')
  async sizes({ params, query }: CallOf<Api, 'getSegmentSizes'>): Promise<AnswerOf<Api, 'getSegmentSizes'>> {
    const { key } = params;
    const window = readWindow(query, Date.now());
    const changes = await this.#figures.sizeChanges([key], window);
    const points = sizesOf(window, changes.get(key) ?? []);
    return {
      segment: key,
      ...shown(window),
      points: points.map(({ at_ms, ...point }) => ({ at: instant(at_ms), ...point })),
    };
  }
}

function shown({ from_ms, to_ms, step_ms }: SizeWindow) {
  return { from: instant(from_ms), to: instant(to_ms), step_s: step_ms / 1000 };
}

function instant(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
