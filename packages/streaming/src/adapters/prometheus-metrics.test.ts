import { register } from 'prom-client';
import { expect, it } from 'vitest';
import { prometheusMetrics } from './prometheus-metrics.ts';

it('an instance says nothing more of a partition that it let go', async () => {
  const metrics = prometheusMetrics({
    stage: 'tested',
    sources: ['in'],
    sinks: ['out'],
    deadLetter: 'tested.dead-letter',
  });
  for (const partition of [0, 1]) {
    metrics.lag('in', partition, 7);
    metrics.gap(partition);
  }
  metrics.letGo(0, ['in', 'other']);
  const lines = (await register.metrics()).split('\n').filter((line) => line.includes('stage="tested"'));
  expect(lines.filter((line) => line.includes('partition="0"'))).toEqual([]);
  expect(lines.filter((line) => line.includes('partition="1"'))).toEqual([
    'hilo_stage_lag_records{stage="tested",topic="in",partition="1"} 7',
    'hilo_stage_gap{stage="tested",partition="1"} 1',
  ]);
});

it('what a stage reads and writes is counted from zero, so that the first one of anything is an increase', async () => {
  prometheusMetrics({ stage: 'fresh', sources: ['in'], sinks: ['out'], deadLetter: 'fresh.dead-letter' });
  const lines = (await register.metrics()).split('\n').filter((line) => line.includes('stage="fresh"'));
  expect(lines).toEqual([
    'hilo_stage_records_total{stage="fresh",topic="in"} 0',
    'hilo_stage_outputs_total{stage="fresh",topic="out"} 0',
    'hilo_stage_outputs_total{stage="fresh",topic="fresh.dead-letter"} 0',
    'hilo_stage_bugs_total{stage="fresh"} 0',
  ]);
});
