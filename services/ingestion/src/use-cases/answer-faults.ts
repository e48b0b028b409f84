import type { EventReceived } from '@hilo/schemas';
import { type ProblemBody, problemBody } from '@hilo/service';
import type { Source } from '../domain/source.ts';

/** An answer of the tracking API. */
export interface TrackingAnswer {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A fault in an answer: `index` is the event's place in its batch. */
export interface AnsweredFault {
  readonly index?: number;
  readonly code: string;
  readonly field: string;
  readonly message: string;
}

/** Most faults in one answer; `events.rejected` has all of them. */
const FAULTS_SHOWN = 20;
const RETRY_SECONDS = '1';

/** All events are in the log. */
export const TAKEN: TrackingAnswer = { status: 200, body: { success: true } };

const PROBLEM = { 'content-type': 'application/problem+json; charset=utf-8' };
const RETRY_HEADERS = { 'retry-after': RETRY_SECONDS };

/** Answers to requests of which nothing was taken. */
export const REFUSED = {
  noSuchCall: refused(
    404,
    'not_found',
    'The calls are track, identify, page, screen, group, alias, merge, batch and import.',
  ),
  unknown_key: refused(
    401,
    'invalid_write_key',
    'Send the write key of a source as the user name of Basic authentication, or as "writeKey" in the body.',
  ),
  source_disabled: refused(403, 'source_disabled', 'This source is switched off.'),
  unreadable: refused(400, 'invalid_json', 'The body must be JSON in UTF-8, gzipped or not.'),
  overloaded: refused(429, 'rate_limited', 'The queue is full. Send this again in a second.', RETRY_HEADERS),
  record_too_large: refused(
    413,
    'event_too_large',
    'One of the events is larger than the Kafka brokers accept (max.message.bytes). The others may have been taken.',
  ),
  sources_away: refused(503, 'sources_away', 'The write key cannot be checked now. Send this again.', RETRY_HEADERS),
  log_away: refused(
    503,
    'log_away',
    'Kafka did not confirm the events in time. Send this again with the same messageIds.',
    RETRY_HEADERS,
  ),
} as const satisfies Record<string, TrackingAnswer>;

function refused(
  status: number,
  code: string,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): TrackingAnswer {
  return {
    status,
    body: { success: false, ...problemBody(status, code, detail) },
    headers: { ...PROBLEM, ...headers },
  };
}

/** Segment answers these with 400 whatever the source says. */
const BAD_REQUESTS: ReadonlySet<string> = new Set([
  'invalid_json',
  'invalid_body',
  'body_too_large',
  'event_too_large',
]);
const TOO_LARGE: ReadonlySet<string> = new Set(['body_too_large', 'event_too_large']);

/** What an answer says about a request's events. */
export interface AnsweredEvents {
  readonly events: number;
  readonly rejected: number;
  /** The first of their faults. */
  readonly faults: readonly AnsweredFault[];
}

/** Collects what an answer will say, event by event. */
export class FaultNotes implements AnsweredEvents {
  readonly faults: AnsweredFault[] = [];
  events = 0;
  rejected = 0;
  readonly #isBatch: boolean;

  constructor(isBatch: boolean) {
    this.#isBatch = isBatch;
  }

  note({ faults }: Pick<EventReceived, 'faults'>): void {
    const index = this.events++;
    if (faults.length === 0) return;
    this.rejected += 1;
    for (const { code, field, message } of faults) {
      if (this.faults.length >= FAULTS_SHOWN) return;
      this.faults.push(this.#isBatch ? { index, code, field, message } : { code, field, message });
    }
  }
}

/** The answer to a request with faulty events; all of its events are in the log already. */
export function answerFaults({ faults, events, rejected }: AnsweredEvents, source: Source): TrackingAnswer {
  const alone = events === 1;
  const [first] = faults;
  const requestFault = alone && first !== undefined && BAD_REQUESTS.has(first.code);
  if (source.answer === 'segment') {
    if (!requestFault) return TAKEN;
    return { status: 400, body: bodyOf(400, first, { faults, events, rejected }), headers: PROBLEM };
  }
  const status = alone && first !== undefined && TOO_LARGE.has(first.code) ? 413 : 400;
  return { status, body: bodyOf(status, first, { faults, events, rejected }), headers: PROBLEM };
}

function bodyOf(
  status: number,
  first: AnsweredFault | undefined,
  { faults, events, rejected }: AnsweredEvents,
): ProblemBody & { readonly faults: readonly AnsweredFault[]; readonly success: false } {
  const detail =
    events === 1 ? (first?.message ?? '') : `${rejected} of ${events} events were rejected; the others were taken.`;
  const problem = problemBody(
    status,
    first?.code ?? 'invalid_request',
    detail,
    events === 1 ? first?.field : undefined,
  );
  return { success: false, ...problem, faults };
}
