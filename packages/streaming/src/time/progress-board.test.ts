import type { StageProgress } from '@hilo/schemas';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { progressOf } from '../testing/progress.ts';
import { ProgressBoard } from './progress-board.ts';

describe('the board of progress', () => {
  it('keeps the newest of a partition, however late and often records come, and time never goes back', () => {
    const record = fc.record({ epoch: fc.nat(3), revision: fc.nat(5), read_to: fc.nat(100) });
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 30 }), (records) => {
        const board = new ProgressBoard();
        let timeMs = 0;
        for (const one of records) {
          board.take(progressOf(one));
          const known = board.of('up', 0) as StageProgress;
          expect(known.read_to).toBeGreaterThanOrEqual(timeMs);
          timeMs = known.read_to;
        }
        const last = board.of('up', 0);
        const newest = records.toSorted((a, b) => a.epoch - b.epoch || a.revision - b.revision).at(-1);
        expect(last).toMatchObject({ epoch: newest?.epoch, revision: newest?.revision });
      }),
    );
  });

  it('keeps how much of a time is proven, whatever a new owner says that knows less', () => {
    const board = new ProgressBoard();
    board.take(progressOf({ read_to: 400, settled_to: 400, proven: { read_to: 100, settled_to: 90 } }));
    const after = board.take(progressOf({ epoch: 2, read_to: 120, settled_to: 120 }));
    expect(after).toMatchObject({ read_to: 400, settled_to: 120, proven: { read_to: 120, settled_to: 120 } });
    expect(board.take(progressOf({ epoch: 2, read_to: 450, settled_to: 450 }))?.proven).toBe(null);
  });

  it('knows since when an origin says no later time', () => {
    const board = new ProgressBoard();
    expect(board.movedAt('up', 0)).toBe(undefined);
    board.take(progressOf({ read_to: 100 }), 1_000);
    board.take(progressOf({ read_to: 100, revision: 2 }), 2_000);
    expect(board.movedAt('up', 0)).toBe(1_000);
    board.take(progressOf({ read_to: 101, revision: 3 }), 3_000);
    expect(board.movedAt('up', 0)).toBe(3_000);
  });

  it('believes an owner that was overtaken nothing', () => {
    const board = new ProgressBoard();
    board.take(progressOf({ epoch: 2, revision: 4, read_to: 100 }));
    expect(board.take(progressOf({ epoch: 1, revision: 9, read_to: 900 }))).toBe(null);
    expect(board.of('up', 0)?.read_to).toBe(100);
  });

  it('takes what a repair made anew, and nothing more of what it replaced', () => {
    const board = new ProgressBoard();
    board.take(progressOf({ incarnation: 'old', epoch: 7, read_to: 100 }));
    expect(board.take(progressOf({ incarnation: 'new', epoch: 5, read_to: 60 }))?.read_to).toBe(60);
    expect(board.take(progressOf({ incarnation: 'old', epoch: 8, read_to: 200 }))).toBe(null);
    expect(board.of('up', 0)).toMatchObject({ incarnation: 'new', read_to: 60 });
  });
});
