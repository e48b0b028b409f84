import { expect, it } from 'vitest';
import { grownMost } from './grown-segments.ts';

const segment = (key: string, members: number) => ({ segment: key, name: key, members });

it('lists what has grown, the most first, and nothing that shrank, stayed or is not known', () => {
  const segments = [segment('a', 10), segment('b', 30), segment('c', 5), segment('d', 7), segment('e', 1)];
  const sizes = new Map([
    ['a', [1, 4, 9]],
    ['b', [10]],
    ['c', [5, 6]],
    ['d', [9]],
  ]);
  expect(grownMost(segments, sizes).map(({ segment: key, grown }) => [key, grown])).toEqual([
    ['b', 20],
    ['a', 9],
  ]);
});

it('lists five at most', () => {
  const segments = Array.from({ length: 9 }, (_, n) => segment(`s${n}`, n + 1));
  expect(grownMost(segments, new Map(segments.map(({ segment: key }) => [key, [0]])))).toHaveLength(5);
});
