import { expect, it } from 'vitest';
import { tellLag } from './tell-lag.ts';

it('tells what waits in the partitions that are owned, and nothing of one that was lost', () => {
  const told: unknown[] = [];
  const metrics = {
    owned: (count: number) => void told.push(count),
    lag: (...lag: readonly unknown[]) => void told.push(lag),
  };
  const lag = () => [
    { topic: 'in', partition: 0, records: 7 },
    { topic: 'in', partition: 1, records: 9 },
  ];
  tellLag(metrics, { lag }, new Set([0]));
  expect(told).toEqual([1, ['in', 0, 7]]);
});
