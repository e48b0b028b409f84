import { setTimeout as pause } from 'node:timers/promises';
import { randomFrom } from '../bench/shop-traffic.ts';
import type { HiloClient } from './hilo-client.ts';

/** The truth about a person after everything that was sent. */
export interface PersonTruth {
  orders: number;
  country: string | null;
}

const PEOPLE = 60;
const WORKERS = 6;
const COUNTRIES = ['Spain', 'Peru', 'Chile'];

/** Every event is sent until it is accepted, however long that takes: an outage is what the test is about. */
const GIVE_UP_AFTER_MS = 180_000;

/**
 * People who order, move, and visit before they log in, until stopped. Everything sent is accepted in the end: an event
 * whose answer got lost is sent again with the same messageId.
 */
export class KillTraffic {
  /** messageId of every event that the endpoint accepted. */
  readonly accepted = new Set<string>();
  /** By user id. */
  readonly truth = new Map<string, PersonTruth>();
  /** Calls that the endpoint did not accept at once; each was sent again until it was. */
  refused = 0;
  readonly #hilo: HiloClient;
  readonly #run: string;
  readonly #random: () => number;
  readonly #everyMs: number;
  #sequence = 0;
  #lastMs = 0;
  #stopping = false;
  readonly #workers: Promise<void>[];

  constructor(hilo: HiloClient, options: { readonly run: string; readonly seed: number; readonly visitsPerS: number }) {
    this.#hilo = hilo;
    this.#run = options.run;
    this.#random = randomFrom(options.seed);
    this.#everyMs = (WORKERS * 1000) / options.visitsPerS;
    this.#workers = Array.from({ length: WORKERS }, (_, worker) => this.#work(worker));
    // `stop` reports a worker that gives up, instead of an unhandled rejection.
    for (const worker of this.#workers) worker.catch(() => {});
  }

  /** Ends the traffic; every event begun is accepted when this resolves. Rejects if one could not be sent. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(this.#workers);
  }

  /** Sends one order of a person outside those above; resolves with its messageId. */
  async sentinel(): Promise<string> {
    return this.#send({ userId: `${this.#run}-sentinel`, type: 'track', event: 'Sentinel' });
  }

  /** Each worker has its own people: what one person does has an order. */
  async #work(worker: number): Promise<void> {
    while (!this.#stopping) {
      const userId = `${this.#run}-u${worker}-${Math.floor(this.#random() * (PEOPLE / WORKERS))}`;
      const person = this.truth.get(userId) ?? { orders: 0, country: null };
      this.truth.set(userId, person);
      await this.#visit(userId, person);
      await pause(this.#everyMs);
    }
  }

  async #visit(userId: string, person: PersonTruth): Promise<void> {
    const kind = this.#random();
    if (kind < 0.5) {
      await this.#order({ userId });
      person.orders++;
    } else if (kind < 0.75) {
      const country = COUNTRIES[Math.floor(this.#random() * COUNTRIES.length)] as string;
      await this.#send({ type: 'identify', userId, traits: { country } });
      person.country = country;
    } else if (kind < 0.8) {
      const anonymousId = `${this.#run}-a${this.#sequence}`;
      await this.#order({ anonymousId });
      await this.#send({ type: 'identify', userId, anonymousId, traits: { seen: true } });
      person.orders++;
    } else await this.#send({ type: 'page', name: 'Home', userId });
  }

  #order(who: object): Promise<string> {
    return this.#send({ type: 'track', event: 'Order Completed', properties: { revenue: 10 }, ...who });
  }

  async #send(call: object): Promise<string> {
    const messageId = `${this.#run}-${this.#sequence++}`;
    // No two events share a millisecond, so "the newest trait wins" has one answer.
    this.#lastMs = Math.max(Date.now(), this.#lastMs + 1);
    const body = { batch: [{ ...call, messageId, timestamp: new Date(this.#lastMs).toISOString() }] };
    const deadlineMs = performance.now() + GIVE_UP_AFTER_MS;
    for (;;) {
      try {
        await this.#hilo.send('batch', body);
        this.accepted.add(messageId);
        return messageId;
      } catch (error) {
        this.refused += 1;
        if (performance.now() > deadlineMs) throw error;
        await pause(200);
      }
    }
  }
}
