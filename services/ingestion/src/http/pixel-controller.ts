import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { type IdentifiersInUrls, Public, problem } from '@hilo/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PIXEL, pixelBody } from '../domain/pixel.ts';
import type { IngestEndpoint } from '../use-cases/receive-events.ts';
import { TOKENS } from '../ports.ts';

/** Answers of which nothing was taken, so that neither caches nor people mistake them for success. */
const TOLD = new Set([404, 429, 503]);

const HEADERS = {
  'content-type': 'image/gif',
  'cache-control': 'no-store, no-cache, must-revalidate, private',
  pragma: 'no-cache',
  expires: '0',
  'cross-origin-resource-policy': 'cross-origin',
};

const INSTEAD =
  'This installation takes no events in addresses (HILO_IDENTIFIERS_IN_URLS=refused). Send them by POST /v1/{call} instead.';

/**
 * The tracking API as an image, for pages and mails without scripts. Nobody reads its answer, so a faulty event, or one
 * of an unknown source, gets the image, too.
 */
@Public()
@Controller()
export class PixelController {
  readonly #endpoint: IngestEndpoint;
  readonly #identifiersInUrls: IdentifiersInUrls;

  constructor(
    @Inject(TOKENS.endpoint) endpoint: IngestEndpoint,
    @Inject(TOKENS.identifiersInUrls) identifiersInUrls: IdentifiersInUrls,
  ) {
    this.#endpoint = endpoint;
    this.#identifiersInUrls = identifiersInUrls;
  }

  @Get(['v1/pixel/:call', 'pixel/v1/:call'])
  async show(@Param('call') path: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (this.#identifiersInUrls === 'refused') throw problem('identifiers_in_urls', INSTEAD);
    void reply.headers(HEADERS);
    // A request for the headers alone sends no event.
    if (request.method === 'HEAD') return void (await reply.header('content-length', PIXEL.length).send());
    const query = request.query as Readonly<Record<string, unknown>>;
    const { writeKey } = query;
    const answer = await this.#endpoint({
      path,
      authorization: undefined,
      encoding: undefined,
      queryKey: typeof writeKey === 'string' ? writeKey : undefined,
      ip: request.ip,
      traceparent: undefined,
      body: pixelBody(query),
    });
    await reply.status(TOLD.has(answer.status) ? answer.status : 200).send(PIXEL);
  }
}
