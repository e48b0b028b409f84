import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pointsIn, type SizeChange, sizesOf } from './segment-sizes.ts';

const window = { from_ms: 1_000, to_ms: 1_300, step_ms: 100 };

describe('the sizes of a segment', () => {
  it('begin with all that entered before, less what left', () => {
    const changes: SizeChange[] = [{ step: 0, entered: 5, left: 2 }];
    expect(sizesOf(window, changes)).toEqual([
      { at_ms: 1_000, members: 3, entered: 0, left: 0 },
      { at_ms: 1_100, members: 3, entered: 0, left: 0 },
      { at_ms: 1_200, members: 3, entered: 0, left: 0 },
      { at_ms: 1_300, members: 3, entered: 0, left: 0 },
    ]);
  });

  it('go up and down by what each step brought', () => {
    const changes: SizeChange[] = [
      { step: 3, entered: 0, left: 1 },
      { step: 1, entered: 2, left: 0 },
    ];
    expect(sizesOf(window, changes).map(({ members }) => members)).toEqual([0, 2, 2, 1]);
  });

  it('have a last point where the window is no whole number of steps', () => {
    expect(pointsIn({ from_ms: 0, to_ms: 250, step_ms: 100 })).toBe(3);
    expect(sizesOf({ from_ms: 0, to_ms: 250, step_ms: 100 }, []).at(-1)?.at_ms).toBe(200);
  });

  it('end with the sum of all changes', () => {
    const counts = fc.record({ entered: fc.nat(100), left: fc.nat(100) });
    fc.assert(
      fc.property(fc.array(counts, { minLength: 4, maxLength: 4 }), (of) => {
        const changes = of.map((one, step) => ({ step, ...one }));
        const sum = of.reduce((total, { entered, left }) => total + entered - left, 0);
        expect(sizesOf(window, changes).at(-1)?.members).toBe(sum);
      }),
    );
  });
});
