import type { MembershipChanged } from '@hilo/schemas';
import { createLogger } from '@hilo/service';
import { type OpenTypes, openTypes } from '../destinations/types.ts';
import { readAllowedNetworks } from '../destinations/webhook/address.ts';
import { outcomeOf } from '../destinations/webhook/outcome.ts';
import type { Outcome } from '../domain/attempt.ts';
import type { Destination, Destinations } from '../domain/destination.ts';

/** A complete membership record for tests, with these fields replaced. */
export function membership(fields: Partial<MembershipChanged>): MembershipChanged {
  return {
    segment: 'buyers',
    segment_version: 1,
    profile_id: 'p_1',
    version: 1,
    status: 'entered',
    reason: 'event',
    message_id: 'm-1',
    event_time: 1_760_000_000_000,
    decided_at: 1_760_000_000_500,
    identifiers: [{ type: 'email', value: 'ann@example.com' }],
    told_at: null,
    unproven: false,
    backfilled: false,
    historical: false,
    traits: '{"plan":"gold"}',
    ...fields,
  };
}

/** Settings of a webhook for tests. */
export function webhookTo(url: string) {
  return { url, secret: 'a secret of the tests' };
}

/** An attempt at a webhook for tests, with all the time that it needs. */
export function webhookAttempt(url: string, timeoutMs = 60_000) {
  const delivery = {
    delivery_id: 'd_1',
    idempotency_key: 'd_1',
    profile_id: 'p_1',
    body: JSON.stringify(membership({})),
  };
  return { settings: webhookTo(url), delivery, signal: AbortSignal.timeout(timeoutMs), traceparent: undefined };
}

/** What an HTTP answer makes of an attempt. */
export function answered(status: number, retryAfterMs: number | null = null, body = 'said'): Outcome {
  return outcomeOf({ status, body }, retryAfterMs);
}

/** Nobody answered, for now. */
export function unanswered(reason: 'timeout' | 'network'): Outcome {
  return { kind: 'transient_failure', reason, retryAfterMs: null, answer: null };
}

/** A destination for tests. */
export function destination(fields: Partial<Destination>): Destination {
  return {
    key: 'crm',
    name: 'crm',
    type: 'webhook',
    settings: webhookTo('http://127.0.0.1:1/'),
    segments: 'all',
    enabled: true,
    backfilled: false,
    created_at_ms: 0,
    updated_at_ms: 0,
    ...fields,
  };
}

/** All types of destinations at work; `allowed` are networks that webhooks may lead to although they are not public. */
export function typesThatAllow(allowed: string): OpenTypes {
  return openTypes({
    logger: createLogger({ name: 'test', level: 'silent' }),
    allowedNetworks: readAllowedNetworks(allowed),
    requiresTls: false,
    timeoutMs: 1_000,
    concurrency: 1,
    kafkaBrokers: [],
  });
}

/** Destinations by their keys. */
export function destinationsOf(...destinations: readonly Destination[]): Destinations {
  return new Map(destinations.map((one) => [one.key, one]));
}
