import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareEvents, type EventOrder } from './event-order.ts';

const anEvent: fc.Arbitrary<EventOrder> = fc.record({
  event_time_ms: fc.integer({ min: 0, max: 2 }),
  receivedMs: fc.integer({ min: 0, max: 2 }),
  position: fc.integer({ min: 0, max: 2 }),
  source: fc.constantFrom('a', 'b'),
  message_id: fc.string({ unit: 'binary', maxLength: 3 }),
});

describe('the order of events', () => {
  it('is total: antisymmetric, transitive, and equal for the same event only', () => {
    fc.assert(
      fc.property(anEvent, anEvent, anEvent, (a, b, c) => {
        expect(Math.sign(compareEvents(a, b))).toBe(-Math.sign(compareEvents(b, a)) + 0);
        expect(compareEvents(a, b) === 0).toBe(JSON.stringify(a) === JSON.stringify(b));
        if (compareEvents(a, b) <= 0 && compareEvents(b, c) <= 0) expect(compareEvents(a, c)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 2_000 },
    );
  });

  it('asks for the time first, then for the receipt, the position, the source and the messageId', () => {
    const event = { event_time_ms: 1, receivedMs: 1, position: 1, source: 's', message_id: 'm' };
    const rising: EventOrder[] = [
      { event_time_ms: 0, receivedMs: 9, position: 9, source: 'z', message_id: 'z' },
      { event_time_ms: 1, receivedMs: 0, position: 9, source: 'z', message_id: 'z' },
      { ...event, position: 0, source: 'z', message_id: 'z' },
      { ...event, source: 'a', message_id: 'z' },
      { ...event, message_id: 'a' },
      event,
      { ...event, message_id: 'm1' },
    ];
    expect(rising.toReversed().sort(compareEvents)).toEqual(rising);
  });

  it('puts texts in the order of their bytes, as the databases do', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        const event = { event_time_ms: 0, receivedMs: 0, position: 0, source: 's' };
        const order = compareEvents({ ...event, message_id: a }, { ...event, message_id: b });
        expect(Math.sign(order)).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });
});
