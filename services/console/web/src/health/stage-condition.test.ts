import { expect, it } from 'vitest';
import type { InstanceState } from '../live/overview.ts';
import { conditionOf } from './stage-condition.ts';

const stage = (records_per_s: number | null, lag_records: number | null) => ({
  stage: 'identity',
  records_per_s,
  outputs_per_s: null,
  lag_records,
  dead_letters: 0,
  latency_p50_s: null,
  latency_p99_s: null,
  errors: null,
});
const services = (...states: InstanceState[]) => [
  { service: 'identity', instances: states.map((state, n) => ({ instance: `127.0.0.1:${n}`, state })) },
];

it.each([
  ['flows with a rate', stage(12, 3), services('ready'), 'flowing'],
  ['is quiet without one', stage(0, 0), services('ready'), 'idle'],
  ['is quiet while nothing is known', stage(null, null), services('ready'), 'idle'],
  ['is behind when minutes of records wait', stage(100, 20_000), services('ready'), 'behind'],
  ['is not behind for one large batch', stage(0, 900), services('ready'), 'idle'],
  ['carries on while one instance is ready', stage(1, 0), services('down', 'ready'), 'flowing'],
  ['starts when none is ready yet', stage(1, 0), services('down', 'starting'), 'starting'],
  ['is down when all are', stage(1, 0), services('down'), 'down'],
  ['is down when nobody knows of its service', stage(1, 0), [], 'down'],
] as const)('a stage %s', (_name, state, of, condition) => {
  expect(conditionOf(state, of)).toBe(condition);
});
