import type { EventAccepted } from '@hilo/schemas';
import fc from 'fast-check';
import { eventOf } from './events.ts';

const USERS = ['u1', 'u2', 'u3', 'u4'];
const DEVICES = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7', 'a8', 'a9'];
const EMAILS = ['a@x.yz', 'b@x.yz', 'c@x.yz', 'd@x.yz', 'e@x.yz', 'f@x.yz', 'g@x.yz', 'h@x.yz'];

const anEvent: fc.Arbitrary<Partial<EventAccepted>> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ anonymous_id: fc.constantFrom(...DEVICES) }) },
  { weight: 2, arbitrary: fc.record({ user_id: fc.constantFrom(...USERS) }) },
  {
    weight: 4,
    arbitrary: fc.record({ user_id: fc.constantFrom(...USERS), anonymous_id: fc.constantFrom(...DEVICES) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('identify'),
      user_id: fc.option(fc.constantFrom(...USERS)),
      anonymous_id: fc.constantFrom(...DEVICES),
      traits: fc.constantFrom(...EMAILS).map((email) => JSON.stringify({ email })),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('alias'),
      user_id: fc.constantFrom(...USERS),
      previous_id: fc.constantFrom(...USERS, ...DEVICES),
    }),
  },
);

/** A history of a few people who share devices and addresses, so that every rule applies. */
export const someEvents: fc.Arbitrary<readonly EventAccepted[]> = fc
  .array(fc.tuple(anEvent, fc.integer({ min: 1, max: 50 })), { minLength: 1, maxLength: 60 })
  .map((drafts) =>
    drafts.map(([fields, received_at], index) => eventOf({ ...fields, message_id: `m${index}`, received_at })),
  );

/** Batch lengths for a history, repeated until it is used up. */
export const someBatches: fc.Arbitrary<readonly number[]> = fc.array(fc.integer({ min: 1, max: 20 }), {
  minLength: 1,
  maxLength: 8,
});
