import { Controller, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { Public, problem } from '@hilo/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Source } from '../domain/source.ts';
import type { IngestEndpoint } from '../use-cases/receive-events.ts';
import { browserSettings, rudderSourceConfig } from './sdk-settings.ts';
import { TOKENS } from '../ports.ts';

type SourceOf = (write_key: string) => Source | undefined | Promise<Source | undefined>;

/** The tracking API, and what SDKs ask before they use it. Open to everyone with a write key. */
@Public()
@Controller()
export class TrackingController {
  readonly #endpoint: IngestEndpoint;
  readonly #sourceOf: SourceOf;

  constructor(@Inject(TOKENS.endpoint) endpoint: IngestEndpoint, @Inject(TOKENS.sourceOf) sourceOf: SourceOf) {
    this.#endpoint = endpoint;
    this.#sourceOf = sourceOf;
  }

  @Post(['v1/:call', 'beacon/v1/:call'])
  async receive(
    @Param('call') path: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const key = (request.query as Readonly<Record<string, unknown>>)['writeKey'];
    const answer = await this.#endpoint({
      path,
      authorization: request.headers.authorization,
      encoding: request.headers['content-encoding'],
      queryKey: typeof key === 'string' ? key : undefined,
      ip: request.ip,
      traceparent: headerText(request.headers['traceparent']),
      body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    });
    void reply.status(answer.status).headers({ 'content-type': 'application/json; charset=utf-8', ...answer.headers });
    // Milliseconds: versions 1 and 2 of Segment's Node SDK compare it with Date.now(). Others use Retry-After.
    if (answer.status === 429) void reply.header('x-ratelimit-reset', String(Date.now() + 1000));
    await reply.send(JSON.stringify(answer.body));
  }

  @Get('v1/projects/:writeKey/settings')
  async settings(@Param('writeKey') write_key: string, @Req() request: FastifyRequest): Promise<object> {
    return browserSettings(await this.#source(write_key), `${request.host}/v1`, request.protocol);
  }

  @Get('sourceConfig')
  async sourceConfig(@Query('writeKey') queryKey: unknown, @Req() request: FastifyRequest): Promise<object> {
    const encoded = /^Basic +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const user = Buffer.from(encoded, 'base64').toString('utf8').split(':', 1)[0] ?? '';
    return rudderSourceConfig(await this.#source(user !== '' ? user : typeof queryKey === 'string' ? queryKey : ''));
  }

  async #source(write_key: string): Promise<Source> {
    const source = write_key === '' ? undefined : await this.#sourceOf(write_key);
    if (source === undefined)
      throw problem('not_found', 'There is no source with this write key.', { field: 'writeKey' });
    return source;
  }
}

function headerText(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
