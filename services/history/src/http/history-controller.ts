import { page, pageRequest, problem, Route } from '@hilo/service';
import type { AnswerOf, CallOf } from '@hilo/service/contract';
import { Controller, Inject } from '@nestjs/common';
import { type Counts, type HistoryReader, type TimelineEvent, type TimelinePosition, TOKENS } from '../ports.ts';
import { instant, parsedFields } from './bodies.ts';
import { type Api, contract } from './contract.ts';

/** What happened: the events of a profile, and how many there are of everything. */
@Controller()
export class HistoryController {
  readonly #reader: HistoryReader;

  constructor(@Inject(TOKENS.reader) reader: HistoryReader) {
    this.#reader = reader;
  }

  @Route(contract, 'listProfileEvents')
  async events({ params, query }: CallOf<Api, 'listProfileEvents'>): Promise<AnswerOf<Api, 'listProfileEvents'>> {
    const { limit, after } = pageRequest(query);
    const timeline = await this.#reader.timeline(params.profile_id, limit, after === null ? null : positionOf(after));
    if (timeline.events.length === 0 && after === null)
      throw problem('not_found', 'There is no event of such a profile.', { field: 'profile_id' });
    const { items, next } = page(timeline.events, limit, (event) => [
      String(event.timestamp_ms),
      String(event.received_at_ms),
      String(event.request_position),
      event.source,
      event.message_id,
    ]);
    return { profile_id: timeline.profile_id, items: items.map(eventBody), next };
  }

  @Route(contract, 'getCounts')
  async counts(): Promise<AnswerOf<Api, 'getCounts'>> {
    return countsBody(await this.#reader.counts());
  }
}

function positionOf(after: readonly string[]): TimelinePosition {
  const [timestamp = '', received_at = '', position = '', source, message_id] = after;
  const areTimes = [timestamp, received_at].every((time) => /^-?\d{1,16}$/.test(time));
  if (!areTimes || !/^\d{1,10}$/.test(position) || message_id === undefined || source === undefined)
    throw problem('invalid_request', 'cursor must be the "next" of an earlier page.', { field: 'cursor' });
  return {
    timestamp_ms: Number(timestamp),
    received_at_ms: Number(received_at),
    request_position: Number(position),
    source,
    message_id,
  };
}

function eventBody(event: TimelineEvent) {
  const { timestamp_ms, received_at_ms, request_position: _position, properties, traits, context, ...rest } = event;
  return {
    ...rest,
    timestamp: instant(timestamp_ms),
    received_at: instant(received_at_ms),
    properties: parsedFields(properties),
    traits: parsedFields(traits),
    context: parsedFields(context),
  };
}

function countsBody(counts: Counts) {
  const accepted = sum(counts.events);
  const duplicate = sum(counts.rejected.filter(({ state }) => state === 'duplicate'));
  const rejected = sum(counts.rejected) - duplicate;
  return { ...counts, states: { accepted, duplicate, rejected, ended: accepted + duplicate + rejected } };
}

function sum(counts: readonly { readonly count: number }[]): number {
  return counts.reduce((total, { count }) => total + count, 0);
}
