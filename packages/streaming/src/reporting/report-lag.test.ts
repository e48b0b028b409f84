import { expect, it } from 'vitest';
import { ProgressWatch } from '../partitions/progress-watch.ts';
import { reportLag } from './report-lag.ts';

it('reports what waits in the partitions that are owned, which stand still, and nothing of one that was lost', () => {
  let reported: unknown[] = [];
  const metrics = {
    owned: (count: number) => void reported.push(count),
    lag: (...lag: readonly unknown[]) => void reported.push(lag),
    stalled: (partition: number, seconds: number) => void reported.push(`${partition} stalled for ${seconds}`),
  };
  const lag = () => [
    { topic: 'in', partition: 0, records: 7 },
    { topic: 'in', partition: 1, records: 9 },
  ];
  const watch = new ProgressWatch();
  const standing = {
    owned: new Set([0]),
    progress: () => [
      { partition: 0, committed: 4, hasInput: false },
      { partition: 2, committed: null, hasInput: false },
    ],
  };
  reportLag(metrics, { lag }, standing, watch, 0);
  expect(reported).toEqual([1, ['in', 0, 7], '0 stalled for 0', '2 stalled for 0']);
  reported = [];
  reportLag(metrics, { lag }, standing, watch, 2_000);
  expect(reported).toEqual([1, ['in', 0, 7], '0 stalled for 2', '2 stalled for 2']);
});
