import type { MembershipChanged } from '@hilo/schemas';
import type { Destination, Destinations } from '../domain/destination.ts';

/** A membership record for tests, whole but for what the test says. */
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
    traits: '{"plan":"gold"}',
    ...fields,
  };
}

/** A destination for tests. */
export function destination(fields: Partial<Destination>): Destination {
  return {
    key: 'crm',
    name: 'crm',
    type: 'webhook',
    url: 'http://127.0.0.1:1/',
    secret: 'a secret of the tests',
    segments: 'all',
    enabled: true,
    created_at_ms: 0,
    updated_at_ms: 0,
    ...fields,
  };
}

/** Destinations by their keys. */
export function destinationsOf(...destinations: readonly Destination[]): Destinations {
  return new Map(destinations.map((one) => [one.key, one]));
}
