import { ChangesNothing, readPerson, Route, untilGone } from '@hilo/service';
import type { AnswerOf, CallOf } from '@hilo/service/contract';
import { Controller, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Previews, type SegmentStore, TOKENS } from '../ports.ts';
import { rfmThresholds } from '../domain/rfm-thresholds.ts';
import { previewSegment } from '../use-cases/preview-segment.ts';
import { type Api, contract } from './contract.ts';
import { readWanted, sumOf } from './read-wanted.ts';

/** Longest that a preview waits for its turn and runs. */
const ANSWERED_WITHIN_MS = 30_000;

/** `/v1/segments/preview`: whom a condition would hold for. */
@Controller()
export class PreviewController {
  readonly #store: SegmentStore;
  readonly #previews: Previews;

  constructor(@Inject(TOKENS.store) store: SegmentStore, @Inject(TOKENS.previews) previews: Previews) {
    this.#store = store;
    this.#previews = previews;
  }

  @Route(contract, 'previewSegment')
  @ChangesNothing()
  async preview(
    { body }: CallOf<Api, 'previewSegment'>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AnswerOf<Api, 'previewSegment'>> {
    const startedMs = performance.now();
    const asOfMs = body.asOf === undefined ? null : Date.parse(body.asOf);
    const draft = {
      condition: readWanted(body.condition),
      asOfMs,
      replaced: body.segment ?? null,
      person: readPerson(request),
    };
    const found = await previewSegment(draft, this.#store, this.#previews, untilGone(reply, ANSWERED_WITHIN_MS));
    const share = found.of === 0 ? 0 : Math.min(1, found.size / found.of);
    return { ...found, share, took_ms: Math.round(performance.now() - startedMs) };
  }

  @Route(contract, 'rfmThresholds')
  @ChangesNothing()
  async thresholds(
    { body }: CallOf<Api, 'rfmThresholds'>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AnswerOf<Api, 'rfmThresholds'>> {
    const question = { sum: sumOf(body.condition), person: readPerson(request) };
    const found = await this.#previews.fifths(question, untilGone(reply, ANSWERED_WITHIN_MS));
    return rfmThresholds(found, Date.now());
  }
}
