import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint, newCheckpoint } from './checkpoint.ts';

const names = fc.string({ unit: 'grapheme' }).filter((name) => name !== '__proto__');
const count = fc.nat(Number.MAX_SAFE_INTEGER);
const range = fc.record({ from: count, to: count });
const counts = fc.dictionary(names, count, { noNullPrototype: true });

describe('a checkpoint', () => {
  it('comes back from its text as it was', () => {
    const checkpoint = fc.record<Checkpoint>({
      revision: fc.nat(),
      incarnation: fc.string(),
      offsets: counts,
      received: fc.dictionary(names, counts, { noNullPrototype: true }),
      sent: counts,
      outbox_id: fc.nat(),
      sweep_after: fc.option(fc.string()),
      intent: fc.option(fc.dictionary(names, range, { noNullPrototype: true })),
      momentMs: fc.nat(),
      unproven_to_ms: fc.nat(),
      former: fc.array(fc.string()),
      holds: fc.array(fc.record({ to: fc.nat(), sequence: fc.nat(), from_ms: fc.nat() })),
      replayed: fc.dictionary(names, fc.array(range), { noNullPrototype: true }),
      set_aside: fc.dictionary(names, fc.array(fc.nat()), { noNullPrototype: true }),
    });
    fc.assert(
      fc.property(checkpoint, (before) => {
        expect(decodeCheckpoint(before.revision, encodeCheckpoint(before))).toEqual(before);
      }),
    );
  });

  it('of an older version gets what it lacks', () => {
    expect(decodeCheckpoint(4, '{"incarnation":"i","offsets":{"a":1}}')).toEqual({
      ...newCheckpoint('i'),
      revision: 4,
      offsets: { a: 1 },
    });
  });
});
