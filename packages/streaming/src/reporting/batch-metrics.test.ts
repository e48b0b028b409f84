import { describe, expect, it } from 'vitest';
import type { BatchInput } from '../read/batch-input.ts';
import { NO_METRICS } from '../testing/no-metrics.ts';
import { reportEventTimes, timedEnds } from './batch-metrics.ts';

const TOPOLOGY = {
  stage: 'load',
  sources: ['events', 'merges'],
  sinks: [],
  deadLetter: 'load.dead-letter',
  eventTimes: { events: { happened: 'timestamp', received: 'received_at' } },
};

function record(topic: string, timestamp: number, received_at: number, isReplay = false): BatchInput {
  const value = { timestamp, received_at };
  const where = {
    partition: 0,
    offset: 0,
    key: null,
    timestamp_ms: 0,
    bytes: Buffer.alloc(0),
    isReplay,
    wasHeld: false,
  };
  return { kind: 'record', topic, value, ...where };
}

describe('the times of a batch', () => {
  const batch = [
    record('merges', 1, 1),
    record('events', 2000, 2500),
    record('events', 3000, 3500),
    record('merges', 9, 9),
  ];

  function lagsOf(inputs: readonly BatchInput[]): { event_lag_s: number | null; latencyS: number | null } {
    let event_lag_s: number | null = null;
    let latencyS: number | null = null;
    const metrics = {
      ...NO_METRICS,
      eventLag: (seconds: number) => void (event_lag_s = seconds),
      latency: (seconds: number) => void (latencyS = seconds),
    };
    reportEventTimes(metrics, inputs, TOPOLOGY, 4500);
    return { event_lag_s, latencyS };
  }

  it('are those of its newest event, and of the first that was received', () => {
    expect(lagsOf(batch)).toEqual({ event_lag_s: 1.5, latencyS: 2 });
  });

  it('leave out what is replayed: it may be days late', () => {
    const [replay, late] = [record('events', 1, 1, true), record('events', 2, 2, true)];
    expect(lagsOf([replay, ...batch, late])).toEqual(lagsOf(batch));
    expect(timedEnds([{ input: replay }, { input: late }], TOPOLOGY)).toEqual([]);
  });

  it('follow from two of its records', () => {
    const ends = timedEnds([{ input: { kind: 'poison' } }, ...batch.map((input) => ({ input }))], TOPOLOGY);
    expect(ends).toEqual([batch[1], batch[2]]);
    expect(lagsOf(ends)).toEqual(lagsOf(batch));
  });

  it('are not reported where none of its records has any', () => {
    expect(timedEnds([{ input: record('merges', 1, 1) }], TOPOLOGY)).toEqual([]);
    expect(lagsOf([])).toEqual({ event_lag_s: null, latencyS: null });
  });
});
