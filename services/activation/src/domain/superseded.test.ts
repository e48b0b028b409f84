import type { MembershipChanged } from '@hilo/schemas';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answered, destination, destinationsOf, membership, unanswered } from '../testing/fixtures.ts';
import type { AttemptRequest, AttemptResult } from './attempt.ts';
import { deliveriesCodec } from './deliveries-codec.ts';
import { deliveryId, NO_DELIVERIES, type ProfileDeliveries } from './delivery.ts';
import {
  enqueue,
  forgetAttempts,
  KEPT_IN_FULL,
  MAX_PROFILE_CHARACTERS,
  MAX_PROFILE_QUEUE,
  MAX_QUEUE,
  settle,
  startDue,
  wakeAt,
} from './delivery-queue.ts';
import { supersede } from './retries.ts';

const CRM = destinationsOf(destination({ key: 'crm' }));
const BOTH = destinationsOf(destination({ key: 'crm' }), destination({ key: 'ads', segments: ['s0', 's1'] }));
const OK = answered(200);
const TIMEOUT = unanswered('timeout');
const BUSY: AttemptResult = { kind: 'deferred', reason: 'busy', retryAfterMs: 1_000 };
const OPEN: AttemptResult = { kind: 'deferred', reason: 'circuit_open', retryAfterMs: 1_000 };

const isLarge = ({ traits }: MembershipChanged): boolean => traits.length > 1_000;

/** A profile, its clock, and what its destinations were sent. */
class Person {
  state: ProfileDeliveries = NO_DELIVERIES;
  nowMs = 0;
  version = 0;
  readonly sent: AttemptRequest[] = [];
  readonly taken: AttemptRequest[] = [];
  readonly decided = new Map<string, { readonly version: number; readonly lane: string }>();
  readonly #destinations;
  #underWay = new Map<string, AttemptRequest>();

  constructor(destinations = CRM) {
    this.#destinations = destinations;
  }

  /** A change of a segment comes in, as the stage takes it. */
  change(segment: string, traits = '{}'): void {
    this.version += 1;
    const status = this.version % 2 === 1 ? 'entered' : 'exited';
    const record = membership({ version: this.version, segment, status, traits });
    this.state = enqueue(supersede(this.state, record, this.nowMs), record, this.#destinations, this.nowMs);
    for (const { key, segments } of this.#destinations.values())
      if (segments === 'all' || segments.includes(segment))
        this.decided.set(deliveryId(key, record), { version: this.version, lane: `${key} ${segment}` });
    this.#start();
  }

  /** An attempt under way ends. */
  answer(result: AttemptResult, which = 0): void {
    const ids = [...this.#underWay.keys()];
    const id = ids[which % Math.max(1, ids.length)] ?? 'none';
    const request = this.#underWay.get(id);
    if (request !== undefined && result.kind === 'delivered') this.taken.push(request);
    this.#underWay.delete(id);
    this.state = settle(this.state, id, result, this.nowMs);
    this.#start();
  }

  /** The process ends and another one takes over. */
  crash(): void {
    this.#underWay.clear();
    this.nowMs += 1;
    this.state = forgetAttempts(this.state, new Set());
    this.#start();
  }

  /** Time goes on to when the profile has to be looked at again. */
  wait(ms = 0): void {
    this.nowMs = Math.max(this.nowMs + ms, wakeAt(this.state, this.nowMs) ?? 0);
    this.#start();
  }

  /** The destinations are well again: everything is answered at once. */
  recover(): void {
    while (this.state.queue.length > 0) {
      while (this.#underWay.size > 0) this.answer(OK);
      this.wait();
    }
  }

  ends(): readonly string[] {
    return this.state.ended.map(({ record }) =>
      `${record.membership_version} ${record.status} ${record.reason}`.trim(),
    );
  }

  #start(): void {
    const { state, attempts } = startDue(this.state, this.nowMs);
    // Encoding megabytes at each step would take seconds.
    const hasLarge = state.queue.length > 2 * KEPT_IN_FULL || Object.values(state.records).some(isLarge);
    this.state = hasLarge ? state : deliveriesCodec.decode(deliveriesCodec.encode(state));
    for (const { id, request } of attempts) {
      this.#underWay.set(id, request);
      this.sent.push(request);
    }
  }
}

describe('130 changes at a destination that hangs', () => {
  it('end with the newest delivered, and what it overtook as superseded', () => {
    const person = new Person();
    for (let n = 0; n < 130; n += 1) person.change('buyers');
    expect(person.state.queue.length).toBeLessThanOrEqual(KEPT_IN_FULL + 1);
    person.nowMs += 10_000;
    person.answer(TIMEOUT);
    person.recover();
    const taken = person.taken.map(({ record }) => record.version);
    expect(taken.at(-1)).toBe(130);
    expect(taken).toEqual(taken.toSorted((a, b) => a - b));
    expect(taken.length).toBeLessThanOrEqual(KEPT_IN_FULL + 1);
    const delivered = taken.map((version) => `${version} delivered`);
    const others = Array.from({ length: 130 }, (_, n) => n + 1).filter((version) => !taken.includes(version));
    expect(person.ends().toSorted()).toEqual(
      [...delivered, ...others.map((version) => `${version} filtered superseded`)].toSorted(),
    );
  });

  it('of many segments keep the newest of each', () => {
    const person = new Person();
    for (let n = 0; n < 130; n += 1) person.change(`s${n % 13}`);
    person.nowMs += 10_000;
    person.answer(TIMEOUT);
    person.recover();
    const last = new Map(person.taken.map(({ record }) => [record.segment, record.version]));
    expect(last).toEqual(new Map(Array.from({ length: 13 }, (_, n) => [`s${n}`, 118 + n])));
    expect(person.ends().filter((end) => end.includes('failed'))).toEqual([]);
  });

  it('of 130 segments are all kept', () => {
    const person = new Person();
    for (let n = 0; n < 130; n += 1) person.change(`s${n}`);
    person.answer(TIMEOUT);
    expect(person.state.queue).toHaveLength(130);
    person.recover();
    expect(person.taken.map(({ record }) => record.version)).toEqual(Array.from({ length: 130 }, (_, n) => n + 1));
  });
});

describe('a destination', () => {
  it('that keeps up gets every change, in order', () => {
    const person = new Person();
    for (let n = 0; n < KEPT_IN_FULL + 1; n += 1) person.change('buyers');
    person.recover();
    expect(person.taken.map(({ record }) => record.version)).toEqual(Array.from({ length: 17 }, (_, n) => n + 1));
  });

  it.each([TIMEOUT, OPEN, BUSY, answered(503)])('that fails for a moment with %j still gets every change', (result) => {
    const person = new Person();
    for (let n = 0; n < 5; n += 1) person.change('a');
    person.answer(result);
    person.change('a');
    expect(person.state.queue).toHaveLength(6);
    person.recover();
    expect(person.taken.map(({ record }) => record.version)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('that is slow is never further behind than the changes that are kept in full', () => {
    const person = new Person();
    for (let n = 0; n < 130; n += 1) {
      person.change('a');
      if (n % 30 === 29) {
        person.nowMs += 9_000;
        person.answer(OK);
      }
    }
    const before = person.taken.length;
    person.recover();
    expect(person.taken.length - before).toBeLessThanOrEqual(KEPT_IN_FULL + 1);
    expect(person.taken.at(-1)?.record.version).toBe(130);
  });

  it('is left alone for as long as it asked, also by what overtakes the delivery that it refused', () => {
    const person = new Person();
    person.change('a');
    person.answer(answered(429, 60_000));
    for (let n = 0; n < 40; n += 1) person.change('a');
    const [head] = person.state.queue;
    expect(head).toMatchObject({ due_ms: 60_000, attempts: 0 });
    expect(person.sent).toHaveLength(1);
    person.wait();
    expect(person.nowMs).toBe(60_000);
    expect(person.sent).toHaveLength(2);
    expect(person.ends()[0]).toBe('1 filtered superseded');
  });

  it('that hangs does not change what another one gets', () => {
    const person = new Person(BOTH);
    for (let n = 0; n < 40; n += 1) {
      person.change('s0');
      // The second one under way is the other destination's.
      person.answer(OK, 1);
    }
    const taken = person.taken.filter(({ destination: key }) => key === 'ads').map(({ record }) => record.version);
    expect(taken).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
    expect(person.state.queue.every(({ destination: key }) => key === 'crm')).toBe(true);
    expect(person.state.queue.length).toBeLessThanOrEqual(KEPT_IN_FULL + 1);
  });
});

describe('an attempt under way', () => {
  it('is never superseded, and ends as what it brought', () => {
    const person = new Person();
    for (let n = 0; n < 40; n += 1) person.change('a');
    expect(person.state.queue[0]).toMatchObject({ version: 1, asked_ms: 0 });
    person.answer(OK);
    expect(person.ends().at(-1)).toBe('1 delivered');
  });

  it('that fails for good after it was overtaken is failed', () => {
    const person = new Person();
    for (let n = 0; n < 2; n += 1) person.change('a');
    person.answer(answered(400));
    expect(person.ends()).toEqual(['1 failed refused']);
  });
});

describe('the bound', () => {
  const large = 'x'.repeat(MAX_PROFILE_CHARACTERS / MAX_QUEUE + 1);

  it('fails what comes if as many segments wait and they are large', () => {
    const person = new Person();
    for (let n = 0; n < MAX_QUEUE + 1; n += 1) person.change(`s${n}`, large);
    expect(person.ends()).toEqual([]);
    person.change('one more', '{}');
    expect(person.ends()).toEqual([`${MAX_QUEUE + 2} failed queue_full`]);
    expect(person.state.queue).toHaveLength(MAX_QUEUE + 1);
  });

  it('never fails what overtakes a change that waits or is under way', () => {
    const person = new Person();
    for (let n = 0; n < MAX_QUEUE + 1; n += 1) person.change(`s${n}`, large);
    person.change('s0', large);
    person.change('s7', large);
    person.change('s0', large);
    person.recover();
    expect(person.ends().filter((end) => end.includes('failed'))).toEqual([]);
    const last = new Map(person.taken.map(({ record }) => [record.segment, record.version]));
    expect([last.get('s0'), last.get('s7')]).toEqual([MAX_QUEUE + 4, MAX_QUEUE + 3]);
  });

  it('beyond what each destination may have waiting is one of all destinations together', () => {
    const many = destinationsOf(...Array.from({ length: 20 }, (_, n) => destination({ key: `d${n}` })));
    const person = new Person(many);
    for (let n = 0; n < MAX_QUEUE + 3; n += 1) person.change(`s${n}`);
    expect(person.state.queue).toHaveLength(20 * (MAX_QUEUE + 1));
    expect(person.state.queue.length).toBeGreaterThan(MAX_PROFILE_QUEUE);
    expect(new Set(person.state.ended.map(({ record }) => record.reason))).toEqual(new Set(['queue_full']));
  });
});

describe('whatever a profile goes through', () => {
  const results = fc.oneof(
    fc.constantFrom(200, 429, 500).map((status) => answered(status)),
    fc.constantFrom(TIMEOUT, BUSY, OPEN),
  );
  const steps = fc.array(
    fc.oneof(
      { weight: 4, arbitrary: fc.record({ do: fc.constant('change' as const), segment: fc.nat(3) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('answer' as const), which: fc.nat(1), result: results }) },
      fc.record({ do: fc.constant('crash' as const) }),
      fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 20_000 }) }),
    ),
    { maxLength: 80 },
  );

  it('each delivery ends once, the newest of each segment is the last that a destination takes, and the bound holds', () => {
    fc.assert(
      fc.property(steps, (history) => {
        const person = new Person(BOTH);
        for (const step of history) {
          if (step.do === 'change') person.change(`s${step.segment}`);
          else if (step.do === 'answer') person.answer(step.result, step.which);
          else if (step.do === 'crash') person.crash();
          else person.wait(step.ms);
          for (const key of ['crm', 'ads']) {
            const lane = person.state.queue.filter(({ destination: of }) => of === key);
            expect(lane.length).toBeLessThanOrEqual(KEPT_IN_FULL + 1);
            expect(lane.filter(({ asked_ms }) => asked_ms !== null).length).toBeLessThanOrEqual(1);
          }
        }
        person.recover();
        const { ended } = person.state;
        expect(ended.map(({ record }) => record.delivery_id).toSorted()).toEqual([...person.decided.keys()].toSorted());
        const lanes = Map.groupBy(person.decided.values(), ({ lane }) => lane);
        for (const [lane, decided] of lanes) {
          const newest = Math.max(...decided.map(({ version }) => version));
          const of = ({ destination: key, record }: AttemptRequest) => `${key} ${record.segment}` === lane;
          const taken = person.taken.filter(of).map(({ record }) => record.version);
          expect(taken.at(-1), lane).toBe(newest);
          const first = [...new Set(person.sent.filter(of).map(({ record }) => record.version))];
          expect(first, lane).toEqual(first.toSorted((a, b) => a - b));
        }
        for (const { record } of ended) {
          const lane = `${record.destination} ${record.segment}`;
          const newest = Math.max(...(lanes.get(lane) ?? []).map(({ version }) => version));
          const reason = record.membership_version < newest ? ['', 'superseded'] : [''];
          expect(reason).toContain(record.reason);
        }
      }),
    );
  });
});
