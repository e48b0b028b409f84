import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  awaitMore,
  decidedAt,
  decodeRow,
  encodeRow,
  isWaiting,
  type KeyRow,
  newRow,
  stateHandover,
  unsealed,
} from './key-row.ts';

const CODEC = {
  encode: (state: string) => Buffer.from(state),
  decode: (bytes: Buffer) => bytes.toString(),
};
const change = fc.record({ merge_id: fc.constantFrom('a', 'b', 'c'), count: fc.integer({ min: -2, max: 2 }) });

describe('what a key waits for', () => {
  it('is the same in whatever order names and handovers come, and however they are grouped', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 10 });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), fc.infiniteStream(fc.nat()), cuts, (changes, ranks, sizes) => {
        const shuffled = changes
          .map((one) => ({ one, rank: ranks.next().value as number }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ one }) => one);
        let grouped: Readonly<Record<string, number>> = {};
        for (let at = 0, turn = 0; at < shuffled.length; turn += 1) {
          const size = sizes[turn] ?? 3;
          grouped = awaitMore(grouped, shuffled.slice(at, at + size));
          at += size;
        }
        expect(grouped).toEqual(awaitMore({}, changes));
        expect(Object.values(grouped)).not.toContain(0);
      }),
    );
  });

  it('is nothing once each that was named is in, and something as long as one is not', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }), (merges) => {
        const named = awaitMore(
          {},
          merges.map((merge_id) => ({ merge_id, count: 1 })),
        );
        expect(isWaiting(named)).toBe(true);
        const settled = awaitMore(
          named,
          merges.map((merge_id) => ({ merge_id, count: -1 })),
        );
        expect([settled, isWaiting(settled)]).toEqual([{}, false]);
      }),
    );
  });

  it('does not hold a key for a handover that came before it was named', () => {
    expect(isWaiting(awaitMore({}, [{ merge_id: 'a', count: -1 }]))).toBe(false);
  });
});

describe('a row', () => {
  const row = fc.record<KeyRow<string>>({
    partition: fc.nat(5),
    key: fc.string({ minLength: 1 }),
    state: fc.string(),
    stored: fc.constant(true),
    due_ms: fc.option(fc.nat()),
    redirect: fc.option(fc.record({ to: fc.string(), merge_id: fc.string() })),
    awaiting: fc.array(change, { maxLength: 4 }).map((changes) => awaitMore({}, changes)),
    waits_since_ms: fc.option(fc.nat()),
    held: fc.option(fc.constant({ first: 'hits/3', letters: 2, swept: false, since_ms: 5, tries: 0 })),
    sealed: fc.constant(null),
    stands_at_ms: fc.constant(null),
    came_from: fc.array(fc.record({ partition: fc.nat(5), until_ms: fc.nat(), since_ms: fc.nat() }), { maxLength: 2 }),
    bytes: fc.constant(0),
  });

  it('comes back from the store as it was; without its state once its key was absorbed', () => {
    fc.assert(
      fc.property(row, (before) => {
        const encoded = encodeRow(before, CODEC);
        const after = unsealed(
          decodeRow(encoded, CODEC, () => 'initial'),
          CODEC,
        );
        const state = before.redirect === null ? before.state : 'initial';
        const saysMore = encoded.protocol !== null;
        const waits_since_ms = saysMore ? before.waits_since_ms : null;
        expect({ ...after, bytes: 0 }).toEqual({ ...before, state, waits_since_ms });
        expect(encoded.body === null).toBe(before.redirect !== null);
      }),
    );
  });

  it('hands over its state and all it waits for', () => {
    const awaiting = { m1: 1, m2: -1 };
    const handover = stateHandover(
      { ...newRow(0, 'a', 'state'), stored: true, awaiting },
      { to: 'b', merge_id: 'm3' },
      CODEC,
      { nowMs: 7, readToMs: 5 },
    );
    expect(handover).toMatchObject({
      kind: 'state',
      from_key: 'a',
      to_key: 'b',
      merge_id: 'm3',
      timestamp: 7,
      held_from: 5,
    });
    expect([handover.state, awaitMore({}, handover.awaiting)]).toEqual([Buffer.from('state'), awaiting]);
  });

  it('hands over no state where there was none', () => {
    expect(
      stateHandover(newRow(0, 'a', 'initial'), { to: 'b', merge_id: 'm' }, CODEC, { nowMs: 7, readToMs: 5 }).state,
    ).toBe(null);
  });
});

describe('the partitions that a key came from', () => {
  const FORMER = { partition: 1, until_ms: 500, since_ms: 100 };

  it('matter until its time, which they hold back, is beyond what may follow from there', () => {
    expect(decidedAt([FORMER], 400)).toEqual([{ ...FORMER, since_ms: 400 }]);
    expect(decidedAt([FORMER], 600)).toEqual([]);
  });

  it('matter on where its own time was beyond that already when it learned of them', () => {
    const late = { ...FORMER, since_ms: 700 };
    expect(decidedAt([late], 700)).toEqual([late]);
    expect(decidedAt([late], 701)).toEqual([]);
  });
});
