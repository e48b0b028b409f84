import fc from 'fast-check';
import { expect, it } from 'vitest';
import { packBatches } from './pack-batches.ts';

const calls = fc.array(fc.record({ text: fc.string({ maxLength: 60 }) }), { maxLength: 60 });
const limits = fc.record({ events: fc.integer({ min: 1, max: 9 }), bytes: fc.integer({ min: 20, max: 300 }) });
const eventsOf = (body: string) => (JSON.parse(body) as { batch: object[] }).batch;

it('keeps every call, once and in order', () => {
  fc.assert(
    fc.property(calls, limits, (all, bounds) => {
      expect([...packBatches(all, bounds)].flatMap(({ body }) => eventsOf(body))).toEqual(all);
    }),
  );
});

it('never exceeds a limit, but for a call that alone is too big', () => {
  fc.assert(
    fc.property(calls, limits, (all, bounds) => {
      for (const { body, events } of packBatches(all, bounds)) {
        expect(events).toBe(eventsOf(body).length);
        expect(events).toBeLessThanOrEqual(bounds.events);
        if (events > 1) expect(Buffer.byteLength(body)).toBeLessThanOrEqual(bounds.bytes);
      }
    }),
  );
});
