import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type WaitingRequest, leftOf, takeSend } from './waiting-records.ts';

const LIMITS = { records: 20, bytes: 5000, batchBytes: 1000 };

const someRequests = fc.array(
  fc.array(fc.record({ partition: fc.nat(3), size: fc.integer({ min: 1, max: 1500 }) }), {
    minLength: 1,
    maxLength: 40,
  }),
  { minLength: 1, maxLength: 12 },
);

it('sends carry everything once, in order, within the limits', () => {
  fc.assert(
    fc.property(someRequests, (requests) => {
      const queue: WaitingRequest[] = requests.map((records, request) => ({
        messages: records.map(({ partition }, index) => ({ key: `${request}/${index}`, value: '', partition })),
        sizes: records.map(({ size }) => size),
        ...{ since_ms: 0, next: 0, resolve: () => undefined, reject: () => undefined },
      }));
      const all = [...queue];
      const sent: unknown[] = [];
      while (queue.length > 0) {
        const left = all.reduce((sum, request) => sum + leftOf(request).bytes, 0);
        const send = takeSend(queue, LIMITS);
        expect(send.messages.length).toBeGreaterThan(0);
        expect(send.messages.length).toBeLessThanOrEqual(LIMITS.records);
        expect(send.bytes).toBe(left - all.reduce((sum, request) => sum + leftOf(request).bytes, 0));
        const batches = new Map<number, number[]>();
        for (const { request, from, to } of send.parts)
          for (let index = from; index < to; index++) {
            const partition = request.messages[index]?.partition ?? -1;
            batches.set(partition, [...(batches.get(partition) ?? []), request.sizes[index] as number]);
          }
        for (const sizes of batches.values())
          if (sizes.length > 1) expect(sizes.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(LIMITS.batchBytes);
        sent.push(...send.messages.map(({ key }) => key));
      }
      expect(sent).toEqual(all.flatMap(({ messages }) => messages.map(({ key }) => key)));
    }),
  );
});
