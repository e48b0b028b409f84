import { describe, expect, it } from 'vitest';
import { reading } from '../testing/readings.ts';
import { healthOf } from './stage-health.ts';

const latency = (le: string, value: number) => `hilo_stage_latency_seconds_bucket{stage="profile",le="${le}"} ${value}`;

describe('the health of a stage', () => {
  it('says how long events took in the last minute', () => {
    const rounds = [
      [reading('profile', 'a', 0, latency('0.1', 100), latency('1', 100), latency('+Inf', 100))],
      [reading('profile', 'a', 1000, latency('0.1', 100), latency('1', 200), latency('+Inf', 200))],
    ];
    const { latency_p50_s, latency_p99_s, errors } = healthOf('profile', rounds);
    expect(latency_p50_s).toBeCloseTo(0.55);
    expect(latency_p99_s).toBeCloseTo(0.991);
    expect(errors).toEqual([]);
  });

  it('counts what went wrong, and leaves out what is everyday', () => {
    const lines = (n: number) => [
      `hilo_stage_dead_letters_total{stage="ingestion",reason="undecodable"} ${n}`,
      `hilo_stage_retries_total{stage="ingestion",reason="conflict"} ${n}`,
      `hilo_stage_retries_total{stage="ingestion",reason="commit"} ${2 * n}`,
      `hilo_ingestion_ended_events_total{state="rejected",reason="missing_event"} ${3 * n}`,
      `hilo_ingestion_ended_events_total{state="accepted",reason=""} ${100 * n}`,
      `hilo_activation_deliveries_total{status="failed",reason="refused"} ${4 * n}`,
      `hilo_http_requests_total{method="GET",route="/",status="503"} ${5 * n}`,
      `hilo_http_requests_total{method="GET",route="/",status="200"} ${50 * n}`,
    ];
    const rounds = [[reading('ingestion', 'a', 0, ...lines(1))], [reading('ingestion', 'a', 1000, ...lines(3))]];
    expect(healthOf('ingestion', rounds).errors).toEqual([
      { what: 'dead_letters', count: 2 },
      { what: 'retries', count: 4 },
      { what: 'rejected', count: 6 },
      { what: 'failed', count: 8 },
      { what: 'http', count: 10 },
    ]);
    expect(healthOf('identity', rounds)).toEqual({ latency_p50_s: null, latency_p99_s: null, errors: null });
  });

  it('is not known after one reading', () => {
    expect(healthOf('profile', [[reading('profile', 'a', 0, latency('+Inf', 5))]])).toEqual({
      latency_p50_s: null,
      latency_p99_s: null,
      errors: null,
    });
  });
});
