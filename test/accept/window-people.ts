import { setTimeout as pause } from 'node:timers/promises';
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import type { Credentials } from '@hilo/test-stack';
import type { Producer } from 'kafkajs';
import type { HiloClient } from '../e2e/hilo-client.ts';
import { kafkaOf } from '../e2e/topic-reader.ts';
import type { CaughtCall } from '../e2e/webhook-catcher.ts';

/** How events are sent: by an HTTP call, or by a Kafka producer straight to `events.received`. */
type Way = 'http' | 'kafka';
const WAYS: readonly Way[] = ['http', 'kafka'];

/** An order as its sender knows it: it was received between the two. Milliseconds since the epoch. */
interface SentOrder {
  readonly message_id: string;
  readonly sentMs: number;
  readonly takenMs: number;
}

/** A person who orders, and is in the segment of one window while an order lies in it. */
export interface Person {
  readonly name: string;
  readonly windowMs: number;
  /** Orders until the end. The others order once or twice, and never again. */
  readonly isRegular: boolean;
  readonly orders: SentOrder[];
  /** True once nothing more is sent. */
  is_done: boolean;
}

/** What the webhook got about a person's window, each change once. */
export interface Heard {
  readonly entered: readonly CaughtCall[];
  readonly exited: readonly CaughtCall[];
}

/** A person about whom the webhook got nothing. */
export const NOTHING: Heard = { entered: [], exited: [] };

/** For a regular's window, how long until the next order. */
const REGULAR_SHARES = [0.5, 0.75];
const SEND_AGAIN_MS = 100;

/**
 * People who order within windows: regulars, who are never without an order in theirs, and guests, who come, order once
 * or twice, and are due to leave when their window ends. Half of them send over HTTP, half with a Kafka producer.
 */
export class WindowPeople {
  readonly people: Person[] = [];
  /** The key of the segment that guests enter by a trait: an entry says that everything sent before it is folded. */
  readonly guestsSegment: string;
  readonly #hilo: HiloClient;
  readonly #run: string;
  readonly #windowsS: readonly number[];
  readonly #registry: SchemaRegistry;
  readonly #producer: Producer;
  readonly #over = new AbortController();
  readonly #going: Promise<void>[] = [];
  #schema = 0;
  #sent = 0;
  #guests = 0;

  /** `windowsS` in whole seconds. Events go to the ingest endpoint that `hilo` knows. */
  constructor(hilo: HiloClient, run: string, windowsS: readonly number[]) {
    this.#hilo = hilo;
    this.#run = run;
    this.#windowsS = windowsS;
    this.guestsSegment = `${run}-guests`;
    const { credentials } = hilo;
    this.#registry = registryOf(credentials);
    this.#producer = kafkaOf(credentials).producer();
  }

  /** Defines the segments; resolves with their keys. */
  async open(): Promise<readonly string[]> {
    this.#schema = await this.#registry.getLatestSchemaId('events.received-value');
    await this.#producer.connect();
    await this.#hilo.segment(this.guestsSegment, { trait: 'guest', is: { eq: true } });
    for (const windowS of this.#windowsS) {
      const where = [{ property: 'window', is: { eq: windowS } }];
      await this.#hilo.segment(this.segmentOf(windowS), { did: 'Order Completed', where, within: `${windowS}s` });
    }
    return [this.guestsSegment, ...this.#windowsS.map((windowS) => this.segmentOf(windowS))];
  }

  segmentOf(windowS: number): string {
    return `${this.#run}-within-${windowS}s`;
  }

  /** Lets regulars come: `each` for every window, pace and way. */
  addRegulars(each: number): void {
    for (const windowS of this.#windowsS)
      for (const share of REGULAR_SHARES)
        for (const way of WAYS)
          for (let count = 0; count < each; count += 1) this.#go(this.#orderAlways(windowS, share, way));
  }

  /** Lets guests come, one every so often, until `stop`. */
  addGuests(everyMs: number): void {
    this.#go(this.#letGuestsIn(everyMs));
  }

  /** Nobody orders any longer. Rejects if something could not be sent. */
  async stop(): Promise<void> {
    this.#over.abort();
    await Promise.all(this.#going);
    await this.#producer.disconnect();
  }

  #go(work: Promise<void>): void {
    // `stop` reports failures, instead of an unhandled rejection.
    work.catch(() => undefined);
    this.#going.push(work);
  }

  async #orderAlways(windowS: number, share: number, way: Way): Promise<void> {
    const person = this.#person(`regular-${this.people.length}`, windowS, true);
    const everyMs = windowS * 1_000 * share;
    await this.#pause(Math.random() * everyMs);
    for (let nextMs = performance.now(); !this.#over.signal.aborted; ) {
      await this.#order(person, way);
      nextMs += everyMs;
      await this.#pause(nextMs - performance.now());
    }
  }

  async #letGuestsIn(everyMs: number): Promise<void> {
    for (let nextMs = performance.now(); !this.#over.signal.aborted; ) {
      const count = this.#guests++;
      const windowS = this.#windowsS[count % this.#windowsS.length] ?? 0;
      const turn = Math.floor(count / this.#windowsS.length);
      this.#go(this.#visit(windowS, turn % 4 < 2 ? 1 : 2, WAYS[turn % 2] ?? 'http'));
      nextMs += everyMs;
      await this.#pause(nextMs - performance.now());
    }
  }

  async #visit(windowS: number, orders: number, way: Way): Promise<void> {
    const guest = this.#person(`guest-${this.#guests}`, windowS, false);
    await this.#send(way, { userId: guest.name, type: 'identify', traits: { guest: true } });
    for (let count = 0; count < orders; count += 1) {
      if (count > 0) await this.#pause(guest.windowMs / 2);
      if (this.#over.signal.aborted) break;
      await this.#order(guest, way);
    }
    guest.is_done = true;
  }

  #person(name: string, windowS: number, isRegular: boolean): Person {
    const person = {
      name: `${this.#run}-${name}`,
      windowMs: windowS * 1_000,
      isRegular,
      orders: [],
      is_done: false,
    };
    this.people.push(person);
    return person;
  }

  async #order(person: Person, way: Way): Promise<void> {
    const properties = { window: person.windowMs / 1_000 };
    const sentMs = Date.now();
    const event = { userId: person.name, type: 'track', event: 'Order Completed', properties } as const;
    const message_id = await this.#send(way, event);
    person.orders.push({ message_id, sentMs, takenMs: Date.now() });
  }

  /** Sends an event until it is accepted, with the same messageId; resolves with that. */
  async #send(way: Way, event: SentEvent): Promise<string> {
    const messageId = `${this.#run}-${this.#sent++}`;
    const originalMs = Date.now();
    for (;;) {
      try {
        await (way === 'http'
          ? this.#hilo.send('batch', { batch: [{ ...event, messageId }] })
          : this.#produce(event, messageId, originalMs));
        return messageId;
      } catch (error) {
        if (this.#over.signal.aborted) throw error;
        await pause(SEND_AGAIN_MS);
      }
    }
  }

  async #produce({ userId, type, event, traits, properties }: SentEvent, message_id: string, sentMs: number) {
    const value = await this.#registry.encode(this.#schema, {
      ...{ source: 'demo', message_id, type, event: event ?? null, user_id: userId, original_timestamp: sentMs },
      traits: traits === undefined ? null : JSON.stringify(traits),
      properties: properties === undefined ? null : JSON.stringify(properties),
    });
    await this.#producer.send({ topic: 'events.received', messages: [{ key: userId, value }] });
  }

  async #pause(waitMs: number): Promise<void> {
    await pause(Math.max(0, waitMs), undefined, { signal: this.#over.signal }).catch((error: unknown) => {
      if (!this.#over.signal.aborted) throw error;
    });
  }
}

interface SentEvent {
  readonly userId: string;
  readonly type: 'track' | 'identify';
  readonly event?: string;
  readonly traits?: object;
  readonly properties?: object;
}

function registryOf({ registryUrl }: Credentials): SchemaRegistry {
  return new SchemaRegistry({ host: registryUrl });
}

/**
 * Exits that an order should have prevented, and entries by people who had not left, as the webhook got them: a line
 * for each.
 */
export function wrongsOf(
  people: readonly Person[],
  calls: readonly CaughtCall[],
  guestsSegment: string,
): readonly string[] {
  const heard = heardOf(calls);
  return people.flatMap((person) => {
    const { entered, exited } = heard.get(person.name) ?? NOTHING;
    const wrong = exited.filter((call) => !isRight(call, person));
    const again = entered.filter(({ change }) => change.segment !== guestsSegment).slice(exited.length + 1);
    return [...wrong, ...again].map(
      ({ change }) => `${person.name}: ${change.status} by ${change.reason} at ${change.event_time}`,
    );
  });
}

/** By name of the person, the segment changes that the webhook got, each once however often it came. */
export function heardOf(calls: readonly CaughtCall[]): ReadonlyMap<string, Heard> {
  const keys = new Set<string>();
  const heard = new Map<string, { entered: CaughtCall[]; exited: CaughtCall[] }>();
  for (const call of calls) {
    if (keys.has(call.key)) continue;
    keys.add(call.key);
    const name = nameIn(call);
    const one = heard.get(name) ?? { entered: [], exited: [] };
    heard.set(name, one);
    one[call.change.status === 'entered' ? 'entered' : 'exited'].push(call);
  }
  return heard;
}

/** The person of a call. */
function nameIn({ change }: CaughtCall): string {
  const found = change.identifiers.find(({ type }) => type === 'user_id');
  if (found === undefined) throw new Error(`a change of ${change.profile_id} names no user`);
  return found.value;
}

/**
 * The latest time at which a person who orders no more is due to leave; null while orders may come, and if the last one
 * was in flight for so long that its window may have ended when it was received.
 */
export function dueOf({ orders, windowMs, isRegular, is_done }: Person): number | null {
  const last = orders.at(-1);
  if (isRegular || !is_done || last === undefined || last.takenMs - last.sentMs >= windowMs) return null;
  return last.takenMs + windowMs;
}

/** The exit at the end of the window of a person's last order, if the webhook got it. */
export function lastExitOf({ orders, windowMs }: Person, { exited }: Heard): CaughtCall | undefined {
  const last = orders.at(-1);
  // The timestamp of an event is a whole millisecond.
  return last && exited.find(({ change }) => timeOf(change.event_time) >= last.sentMs + windowMs - 1);
}

/**
 * True if this exit is by time, for the end of the window of an order, no sooner, and no later order was there by then.
 */
function isRight({ change, arrivedMs }: CaughtCall, { orders, windowMs }: Person): boolean {
  const due_ms = timeOf(change.event_time);
  const ends = orders.some(
    ({ sentMs, takenMs }) => due_ms >= sentMs + windowMs - 1 && due_ms <= takenMs + windowMs + 1,
  );
  const keeps = orders.some(({ sentMs, takenMs }) => takenMs <= due_ms && sentMs + windowMs > due_ms);
  return change.reason === 'time' && ends && !keeps && arrivedMs >= due_ms;
}

/** Milliseconds since the epoch of a time in a webhook's body; NaN for none. */
function timeOf(text: number | string | null): number {
  return text === null ? Number.NaN : new Date(text).getTime();
}

/** A stretch of time, in milliseconds since the epoch. */
export interface Span {
  readonly from_ms: number;
  readonly until_ms: number;
}

/** How late exits by time reached the webhook, in milliseconds, of those due in a span. */
export function exitDelays(calls: readonly CaughtCall[], span: Span): readonly number[] {
  return [...heardOf(calls).values()]
    .flatMap(({ exited }) => exited)
    .flatMap(({ change, arrivedMs }) => {
      const due_ms = timeOf(change.event_time);
      return isIn(due_ms, span) ? [arrivedMs - due_ms] : [];
    });
}

/**
 * From when an order was sent until the webhook got the entry that it caused, in milliseconds by messageId, of orders
 * sent in a span. Only of the given calls.
 */
export function entryTimes(
  people: readonly Person[],
  calls: readonly CaughtCall[],
  span: Span,
): ReadonlyMap<string, number> {
  const orders = people.flatMap((person) => person.orders).filter(({ sentMs }) => isIn(sentMs, span));
  const sent = new Map(orders.map(({ message_id, sentMs }) => [message_id, sentMs]));
  const times = new Map<string, number>();
  for (const { change, arrivedMs } of calls) {
    const sentMs = sent.get(change.message_id ?? '');
    if (change.status === 'entered' && change.message_id !== null && sentMs !== undefined)
      times.set(change.message_id, arrivedMs - sentMs);
  }
  return times;
}

function isIn(timeMs: number, { from_ms, until_ms }: Span): boolean {
  return timeMs >= from_ms && timeMs < until_ms;
}
