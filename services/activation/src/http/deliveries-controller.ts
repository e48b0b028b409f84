import { page, problem, readField, readFields, readPage, refuseOthers, Recorded } from '@hilo/service';
import { Body, Controller, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { retryId } from '../domain/delivery.ts';
import { type DeliveryReader, RetryLogAway, TOKENS } from '../ports.ts';
import type { DeliveryRow } from '../processors/mirror-deliveries.ts';
import type { RetryDeliveries, RetryOutcome } from '../processors/retry-deliveries.ts';
import { sentAgain } from './sent-again.ts';

const STATUSES = ['queued', 'retrying', 'delivered', 'filtered', 'failed'];
const MAX_FILTER_CHARACTERS = 100;
/** Deliveries that one request sends again, at most. */
const RETRIED_AT_ONCE = 200;

/** What became of deliveries, newest first, and their retry. */
@Controller('v1/deliveries')
export class DeliveriesController {
  readonly #deliveries: DeliveryReader;
  readonly #retry: RetryDeliveries;

  constructor(@Inject(TOKENS.deliveries) deliveries: DeliveryReader, @Inject(TOKENS.retry) retry: RetryDeliveries) {
    this.#deliveries = deliveries;
    this.#retry = retry;
  }

  @Get()
  async list(@Query() query: Record<string, unknown>) {
    const { limit, after } = readPage(query);
    const filter = {
      status: readStatus(query.status),
      destination: readText(query, 'destination'),
      profile_id: readText(query, 'profile'),
      folded: readFolded(query.retries),
    };
    const found = await this.#deliveries.list(filter, limit + 1, after === null ? null : positionOf(after));
    const { items, next } = page(found, limit, (row) => [String(row.created_at_ms), row.delivery_id]);
    const last = await sentAgain(this.#deliveries, items);
    return { items: items.map((row) => deliveryBody(row, last.get(row.delivery_id) ?? null)), next };
  }

  /** What can't be sent again is told for each: it is no fault of the request. */
  @Post('retry')
  @Recorded()
  @HttpCode(200)
  async retry(@Body() body: unknown): Promise<{ readonly items: readonly RetryOutcome[] }> {
    const fields = readFields(body);
    refuseOthers(fields, ['ids']);
    const ids = readField(fields, 'ids', `a list of 1 to ${RETRIED_AT_ONCE} ids of deliveries`, readIds);
    try {
      return { items: await this.#retry(ids) };
    } catch (error) {
      if (!(error instanceof RetryLogAway)) throw error;
      throw problem(503, 'unavailable', 'Kafka did not confirm in time. Retry again: nothing is sent twice.', {
        headers: { 'retry-after': '1' },
      });
    }
  }
}

function readIds(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > RETRIED_AT_ONCE) return undefined;
  const ids: unknown[] = value;
  return ids.every((id): id is string => typeof id === 'string' && /^[\w-]{1,100}$/.test(id)) ? ids : undefined;
}

function readStatus(status: unknown): string | null {
  if (status === undefined) return null;
  if (typeof status === 'string' && STATUSES.includes(status)) return status;
  throw problem(400, 'invalid_request', `status must be one of ${STATUSES.join(', ')}.`, { field: 'status' });
}

function readFolded(retries: unknown): boolean {
  if (retries === undefined || retries === 'listed') return false;
  if (retries === 'folded') return true;
  throw problem(400, 'invalid_request', 'retries must be listed or folded.', { field: 'retries' });
}

function readText(query: Record<string, unknown>, field: string): string | null {
  const value = query[field];
  if (value === undefined) return null;
  const is_key = typeof value === 'string' && value.length <= MAX_FILTER_CHARACTERS && !value.includes('\u0000');
  if (is_key) return value;
  throw problem(400, 'invalid_request', `${field} must be one text of up to ${MAX_FILTER_CHARACTERS} characters.`, {
    field,
  });
}

function positionOf([created_at_ms = '', delivery_id]: readonly string[]) {
  const is_position =
    /^\d{1,16}$/.test(created_at_ms) && delivery_id !== undefined && /^[\w-]{1,100}$/.test(delivery_id);
  if (is_position) return { created_at_ms: Number(created_at_ms), delivery_id };
  throw problem(400, 'invalid_request', 'cursor must be the "next" of an earlier page.', { field: 'cursor' });
}

function deliveryBody({ created_at_ms, next_attempt_ms, ended_at_ms, ...row }: DeliveryRow, last: DeliveryRow | null) {
  const { delivery_id, idempotency_key, status, retry } = row;
  return {
    ...row,
    idempotency_key: idempotency_key ?? delivery_id,
    retry: retryOf(status, retry),
    retried_as: retry === 'retried' ? retryId(delivery_id) : null,
    sent_again: last === null ? null : sentAgainBody(last),
    created_at: instant(created_at_ms),
    next_attempt_at: instant(next_attempt_ms),
    ended_at: instant(ended_at_ms),
  };
}

/** The last delivery that sent a failed one again, in short. */
function sentAgainBody(last: DeliveryRow) {
  const { delivery_id, status, reason, attempts, response_status, response_body, ended_at_ms } = last;
  return {
    ...{ delivery_id, status, reason, attempts, response_status, response_body },
    retry: retryOf(status, last.retry),
    ended_at: instant(ended_at_ms),
  };
}

/** Of those that failed before retries were noted nothing is kept. */
function retryOf(status: string, retry: DeliveryRow['retry']) {
  return status === 'failed' ? (retry ?? 'not_kept') : null;
}

function instant(time_ms: number | null): string | null {
  return time_ms === null ? null : new Date(time_ms).toISOString();
}
