import { expect, it } from 'vitest';
import type { Operations } from '../operations/operations.ts';
import type { Overview } from '../live/overview.ts';
import { needsOfOperations, needsOfOverview } from './needs.ts';

const stage = (name: string, dead_letters: number, lag_records: number) => ({
  stage: name,
  records_per_s: 10,
  outputs_per_s: 10,
  lag_records,
  dead_letters,
  latency_p50_s: null,
  latency_p99_s: null,
  errors: null,
});
const service = (name: string, ...states: ('ready' | 'starting' | 'down')[]) => ({
  service: name,
  instances: states.map((state, index) => ({ instance: `127.0.0.1:${index}`, state })),
});
const overview = (parts: Partial<Overview>): Overview => ({
  at: '2026-05-17T10:00:00Z',
  services: [service('identity', 'ready')],
  stages: [stage('identity', 0, 0)],
  segments: [],
  webhook: { received: 0, repeats: 0, refused: 0, latest: [] },
  ...parts,
});

it('nothing needs anybody while all runs', () => {
  expect(needsOfOverview(overview({}), 0)).toEqual([]);
});

it('names processes that are down, stages behind, dead letters and failed deliveries, each with its page', () => {
  const services = [service('identity', 'ready', 'down'), service('profile', 'starting')];
  const stages = [stage('identity', 2, 50_000), stage('profile', 1, 0)];
  expect(needsOfOverview(overview({ services, stages }), 336)).toEqual([
    { what: 'down', count: 1, names: [], to: '/operations' },
    { what: 'behind', count: 1, names: ['identity'], to: '/operations' },
    { what: 'dead_letters', count: 3, names: [], to: '/rejected' },
    { what: 'failed_deliveries', count: 336, names: [], to: '/deliveries?status=failed' },
  ]);
});

it('names partitions that are held and destinations that keep failing', () => {
  const operations = {
    instances: [{ state: 'ready' }],
    dead_letters: [{ stage: 'identity', reason: 'not_avro', count: 2, lately: 0 }],
    open_circuits: ['crm'],
    stages: [{ gaps: ['events.identified/3'] }, { gaps: [] }],
  } as unknown as Operations;
  expect(needsOfOperations(operations).map(({ what, count, names }) => [what, count, names])).toEqual([
    ['held', 1, ['events.identified/3']],
    ['dead_letters', 2, []],
    ['failing_destinations', 1, ['crm']],
  ]);
});
