import { describe, expect, it } from 'vitest';
import { type Reading, servicesOf, stagesOf } from './overview.ts';

const reading = (instance: string, at_ms: number, counts: Readonly<Record<string, number>>): Reading => ({
  service: 'identity',
  instance,
  state: 'ready',
  at_ms,
  samples: Object.entries(counts).map(([name, value]) => ({ name, labels: { stage: 'identity' }, value })),
});
const identity = (earlier: readonly Reading[], later: readonly Reading[]) =>
  stagesOf(earlier, later).find((stage) => stage.stage === 'identity');

describe('the rate of a stage', () => {
  it('is what its counters grew by, a second', () => {
    const before = [reading('a', 1000, { hilo_stage_records_total: 100, hilo_stage_outputs_total: 10 })];
    const now = [reading('a', 3000, { hilo_stage_records_total: 300, hilo_stage_outputs_total: 12 })];
    expect(identity(before, now)).toMatchObject({ records_per_s: 100, outputs_per_s: 1 });
  });

  it('is unknown after one reading', () => {
    expect(identity([], [reading('a', 1000, { hilo_stage_records_total: 5 })])?.records_per_s).toBeNull();
  });

  it('adds up the instances, each measured by its own clock', () => {
    const before = [reading('a', 0, { hilo_stage_records_total: 0 }), reading('b', 0, { hilo_stage_records_total: 0 })];
    const now = [
      reading('a', 1000, { hilo_stage_records_total: 10 }),
      reading('b', 500, { hilo_stage_records_total: 10 }),
    ];
    expect(identity(before, now)?.records_per_s).toBe(30);
  });

  it('takes a counter that fell for one of a restarted process', () => {
    const before = [reading('a', 0, { hilo_stage_records_total: 1_000_000 })];
    expect(identity(before, [reading('a', 1000, { hilo_stage_records_total: 7 })])?.records_per_s).toBe(7);
  });

  it('counts a counter that is new as grown from nothing', () => {
    expect(identity([reading('a', 0, {})], [reading('a', 1000, { hilo_stage_records_total: 7 })])?.records_per_s).toBe(
      7,
    );
  });
});

describe('lag and dead letters of a stage', () => {
  it('are the sums over topics, partitions and instances', () => {
    const lag = (partition: string, value: number) => ({
      name: 'hilo_stage_lag_records',
      labels: { stage: 'identity', topic: 'events.accepted', partition },
      value,
    });
    const now = [
      { ...reading('a', 0, { hilo_stage_dead_letters_total: 2 }), samples: [lag('0', 3), lag('1', 4)] },
      { ...reading('b', 0, {}), samples: [lag('2', 5), lag('3', Number.NaN)] },
    ];
    expect(identity([], now)).toMatchObject({ lag_records: 12, dead_letters: 0 });
  });

  it('leave the lag unknown where nobody says it', () => {
    expect(identity([], [])).toEqual({
      stage: 'identity',
      records_per_s: null,
      outputs_per_s: null,
      lag_records: null,
      dead_letters: 0,
    });
  });
});

describe('servicesOf', () => {
  it('lists each service once, with its instances', () => {
    const down: Reading = { ...reading('b', 0, {}), state: 'down' };
    expect(servicesOf([reading('a', 0, {}), down])).toEqual([
      {
        service: 'identity',
        instances: [
          { instance: 'a', state: 'ready' },
          { instance: 'b', state: 'down' },
        ],
      },
    ]);
  });
});
