import type { EventAccepted } from '@hilo/schemas';
import { partitionOf } from '@hilo/streaming';
import { eventOf } from '../../services/identity/src/testing/events.ts';
import { ReleaseCodec } from './releases.ts';
import type { World } from './world.ts';

/** How many partitions the topics have. */
export const PARTITIONS = 3;
/** Writes as this release does, and reads what this release and the next one write. */
export const CODEC = new ReleaseCodec(1);
/** Orders of a person, at most. */
const MOST = 8;

/** Each person's orders are counted exactly, so that one lost or counted twice shows. */
const SEGMENTS: Readonly<Record<string, object>> = {
  pro: { trait: 'plan', is: { eq: 'pro' } },
  busy: { did: 'Order', count: { gte: 2 }, within: '20s' },
  lately: {
    any: [{ did: 'Visit', within: '10s' }, { all: [{ did: 'Order', within: '30s' }, { not: { did: 'Visit' } }] }],
  },
  ...Object.fromEntries(
    Array.from({ length: MOST }, (_, count) => [`orders-${count}`, { did: 'Order', count: { eq: count } }]),
  ),
};

/** An event, and whose it is. */
export interface Sent {
  readonly person: number;
  readonly event: EventAccepted;
}

/** A few people, each with a user id, several anonymous ids and an address, who become known bit by bit. */
export class People {
  readonly sent: Sent[] = [];
  readonly #world: World;
  readonly #count = 5;

  constructor(world: World) {
    this.#world = world;
    for (const [segment, definition] of Object.entries(SEGMENTS)) this.#define(segment, definition);
  }

  act(): void {
    const { random, scheduler } = this.#world;
    // No two events of one time: which of two traits set in the same millisecond stays is the profile's own rule.
    scheduler.pass(1);
    const person = random.below(this.#count);
    const anonymous_id = `anon-${person}-${random.below(3)}`;
    const nowMs = scheduler.nowMs();
    const fields = { message_id: `m${this.sent.length}`, timestamp: nowMs, received_at: nowMs };
    const track = { ...fields, type: 'track', event: random.pick(['Order', 'Visit', 'Other']) };
    const orders = this.sent.filter((one) => one.person === person && one.event.event === 'Order').length;
    if (random.chance(0.25)) {
      const email = random.chance(0.3) ? { email: `${person}@example.com` } : {};
      const traits = JSON.stringify({
        plan: random.pick(['pro', 'free']),
        [`t${random.below(3)}`]: this.sent.length,
        ...email,
      });
      this.#send(person, { ...fields, type: 'identify', event: null, user_id: `user-${person}`, anonymous_id, traits });
    } else if (track.event === 'Order' && orders >= MOST - 1) {
      this.#send(person, { ...track, event: 'Other', anonymous_id });
    } else {
      const user_id = random.chance(0.2) ? `user-${person}` : null;
      this.#send(person, { ...track, anonymous_id, user_id });
    }
  }

  #send(person: number, fields: Partial<EventAccepted>): void {
    const event = eventOf(fields);
    this.sent.push({ person, event });
    this.#append('events.accepted', event.anonymous_id ?? '', event);
  }

  #define(segment: string, definition: object): void {
    const value = { segment, version: 1, name: segment, definition: JSON.stringify(definition), decided_at: 1 };
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      this.#append('segments.definitions', segment, value, partition);
    }
  }

  #append(topic: string, key: string, value: object, partition = partitionOf(key, PARTITIONS)): void {
    const bytes = CODEC.encode(topic, value);
    this.#world.log.append({ topic, partition, key: Buffer.from(key), value: bytes, headers: {} });
  }
}
