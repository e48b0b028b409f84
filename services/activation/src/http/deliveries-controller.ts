import { page, problem, readPage } from '@hilo/service';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { type DeliveryReader, TOKENS } from '../ports.ts';
import type { DeliveryRow } from '../processors/mirror-deliveries.ts';

const STATUSES = ['queued', 'retrying', 'delivered', 'filtered', 'failed'];
const MAX_FILTER_CHARACTERS = 100;

/** What became of deliveries, newest first. */
@Controller('v1/deliveries')
export class DeliveriesController {
  readonly #deliveries: DeliveryReader;

  constructor(@Inject(TOKENS.deliveries) deliveries: DeliveryReader) {
    this.#deliveries = deliveries;
  }

  @Get()
  async list(@Query() query: Record<string, unknown>) {
    const { limit, after } = readPage(query);
    const filter = {
      status: readStatus(query.status),
      destination: readText(query, 'destination'),
      profile_id: readText(query, 'profile'),
    };
    const found = await this.#deliveries.list(filter, limit + 1, after === null ? null : positionOf(after));
    const { items, next } = page(found, limit, (row) => [String(row.created_at_ms), row.delivery_id]);
    return { items: items.map(deliveryBody), next };
  }
}

function readStatus(status: unknown): string | null {
  if (status === undefined) return null;
  if (typeof status === 'string' && STATUSES.includes(status)) return status;
  throw problem(400, 'invalid_request', `status must be one of ${STATUSES.join(', ')}.`, { field: 'status' });
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

function deliveryBody({ created_at_ms, next_attempt_ms, ended_at_ms, ...row }: DeliveryRow) {
  return {
    ...row,
    created_at: instant(created_at_ms),
    next_attempt_at: instant(next_attempt_ms),
    ended_at: instant(ended_at_ms),
  };
}

function instant(time_ms: number | null): string | null {
  return time_ms === null ? null : new Date(time_ms).toISOString();
}
