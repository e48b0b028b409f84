import { page, pageRequest, problem, Recorded, Route } from '@hilo/service';
import type { AnswerOf, CallOf, SchemaOf } from '@hilo/service/contract';
import { Controller, Inject } from '@nestjs/common';
import { retryId } from '../domain/delivery.ts';
import { type DeliveryReader, type DeliveryRow, RetryLogUnavailableError, TOKENS } from '../ports.ts';
import { followRetries } from '../use-cases/follow-retries.ts';
import type { RetryDeliveries } from '../use-cases/retry-deliveries.ts';
import { type Api, contract } from './contract.ts';

/** Lists deliveries, newest first, and retries failed ones. */
@Controller()
export class DeliveriesController {
  readonly #deliveries: DeliveryReader;
  readonly #retry: RetryDeliveries;

  constructor(@Inject(TOKENS.deliveries) deliveries: DeliveryReader, @Inject(TOKENS.retry) retry: RetryDeliveries) {
    this.#deliveries = deliveries;
    this.#retry = retry;
  }

  @Route(contract, 'listDeliveries')
  async list({ query }: CallOf<Api, 'listDeliveries'>): Promise<AnswerOf<Api, 'listDeliveries'>> {
    const { limit, after } = pageRequest(query);
    const { status = null, destination = null, profile = null, retries } = query;
    const filter = { status, destination, profile_id: profile, folded: retries === 'folded' };
    const found = await this.#deliveries.list(filter, limit + 1, after === null ? null : positionOf(after));
    const { items, next } = page(found, limit, (row) => [String(row.created_at_ms), row.delivery_id]);
    const last = await followRetries(this.#deliveries, items);
    return { items: items.map((row) => deliveryBody(row, last.get(row.delivery_id) ?? null)), next };
  }

  /** What can't be sent again is reported for each delivery: it is no fault of the request. */
  @Route(contract, 'retryDeliveries')
  @Recorded()
  async retry({ body }: CallOf<Api, 'retryDeliveries'>): Promise<AnswerOf<Api, 'retryDeliveries'>> {
    try {
      return { items: await this.#retry(body.ids) };
    } catch (error) {
      if (!(error instanceof RetryLogUnavailableError)) throw error;
      throw problem('unavailable', 'Kafka did not confirm in time. Retry again: nothing is sent twice.', {
        headers: { 'retry-after': '1' },
      });
    }
  }
}

function positionOf([created_at_ms = '', delivery_id]: readonly string[]) {
  const isPosition =
    /^\d{1,16}$/.test(created_at_ms) && delivery_id !== undefined && /^[\w-]{1,100}$/.test(delivery_id);
  if (isPosition) return { created_at_ms: Number(created_at_ms), delivery_id };
  throw problem('invalid_request', 'cursor must be the "next" of an earlier page.', { field: 'cursor' });
}

function deliveryBody(
  { created_at_ms, next_attempt_ms, ended_at_ms, ...row }: DeliveryRow,
  last: DeliveryRow | null,
): SchemaOf<Api, 'Delivery'> {
  const { delivery_id, idempotency_key, status, retry } = row;
  return {
    ...row,
    idempotency_key: idempotency_key ?? delivery_id,
    retry: retryOf(status, retry),
    retried_as: retry === 'retried' ? retryId(delivery_id) : null,
    sent_again: last === null ? null : sentAgainBody(last),
    created_at: new Date(created_at_ms).toISOString(),
    next_attempt_at: instant(next_attempt_ms),
    ended_at: instant(ended_at_ms),
  };
}

/** The last delivery that sent a failed one again, in short. */
function sentAgainBody(last: DeliveryRow): SchemaOf<Api, 'SentAgain'> {
  const { delivery_id, status, reason, attempts, response_status, response_body, ended_at_ms } = last;
  return {
    ...{ delivery_id, status, reason, attempts, response_status, response_body },
    retry: retryOf(status, last.retry),
    ended_at: instant(ended_at_ms),
  };
}

/** Nothing is kept about deliveries that failed before retries existed. */
function retryOf(status: DeliveryRow['status'], retry: DeliveryRow['retry']) {
  return status === 'failed' ? (retry ?? 'not_kept') : null;
}

function instant(timeMs: number | null): string | null {
  return timeMs === null ? null : new Date(timeMs).toISOString();
}
