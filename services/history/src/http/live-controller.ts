import { ANSWER_HEADERS, ChangesNothing, problem, readPerson, Route } from '@hilo/service';
import type { CallOf, SchemaOf } from '@hilo/service/contract';
import { Controller, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { LiveEvent } from '../domain/live-event.ts';
import type { LiveUpdate } from '../domain/live-sample.ts';
import { type LiveEvents, WATCHED_EACH } from '../use-cases/live-events.ts';
import { TOKENS } from '../ports.ts';
import { instant } from './bodies.ts';
import { type Api, contract } from './contract.ts';

/** Who reads this much too slowly is let go, and comes back by itself. */
const UNREAD_BYTES_AT_MOST = 262_144;
/** Says that the connection is there while nothing happens. */
const SIGN_OF_LIFE_MS = 15_000;
const TOO_MANY = `One person may watch the live events on ${WATCHED_EACH} pages: close one and try again.`;

/** The events as they arrive, as server-sent events. */
@Controller()
export class LiveController {
  readonly #live: LiveEvents;

  constructor(@Inject(TOKENS.live) live: LiveEvents) {
    this.#live = live;
  }

  @Route(contract, 'watchEvents')
  @ChangesNothing()
  stream({ body }: CallOf<Api, 'watchEvents'>, @Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const filter = { source: body.source || null, event: body.event || null, profile: body.profile || null };
    const person = readPerson(request);
    const { raw } = reply;
    if (raw.destroyed) return void reply.hijack();
    let begun = false;
    const begin = (): void => {
      begun = true;
      reply.hijack();
      raw.writeHead(200, {
        ...ANSWER_HEADERS,
        'content-type': 'text/event-stream; charset=utf-8',
        'x-accel-buffering': 'no',
        connection: 'close',
      });
      raw.write('retry: 2000\n\n');
    };
    const unwatch = this.#live.watch(person, filter, {
      send: (update) => {
        if (!begun) begin();
        if (raw.writableLength > UNREAD_BYTES_AT_MOST) raw.destroy();
        else raw.write(`data: ${JSON.stringify(updateBody(update))}\n\n`);
      },
      end: () => void raw.end(),
    });
    if (unwatch === null) throw problem('too_many_watchers', TOO_MANY, { headers: { 'retry-after': '5' } });
    if (!begun) begin();
    const sign = setInterval(() => void raw.write(':\n\n'), SIGN_OF_LIFE_MS);
    raw.on('close', () => {
      clearInterval(sign);
      unwatch();
    });
  }
}

function updateBody({ items, ...counts }: LiveUpdate): SchemaOf<Api, 'LiveUpdate'> {
  return { items: items.map(itemBody), ...counts };
}

function itemBody({ timestamp_ms, received_at_ms, ...event }: LiveEvent) {
  return { ...event, timestamp: instant(timestamp_ms), received_at: instant(received_at_ms) };
}
