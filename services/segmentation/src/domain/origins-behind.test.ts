import type { OriginStanding } from '@hilo/streaming';
import { describe, expect, it } from 'vitest';
import { BEHIND_MS, originsBehind, STILL_MS, whyNotReleased } from './origins-behind.ts';

const NOW_MS = 1_800_000_000_000;
const MINUTE_MS = 60_000;

/** An origin that is this far behind; null: it never said anything. */
function origin(stage: string, partition: number, behindMs: number | null, isReleased = false): OriginStanding {
  const readToMs = behindMs === null ? null : NOW_MS - behindMs;
  return { stage, partition, readToMs, standsMs: 0, isReleased };
}

const named = (origins: readonly OriginStanding[]) =>
  originsBehind(origins, NOW_MS).map(({ stage, partition }) => `${stage}/${partition}`);

/** Two partitions of each stage, this far behind. */
function all(ingestion: readonly (number | null)[], identity: readonly number[], profile: readonly number[]) {
  const of = (stage: string, times: readonly (number | null)[]) => times.map((ms, n) => origin(stage, n, ms));
  return [...of('ingestion', ingestion), ...of('identity', identity), ...of('profile', profile)];
}

describe('the origins that people wait for', () => {
  it('are none while all are no further behind than their hops take', () => {
    expect(named(all([500, 600], [900, 900], [1_400, 1_500]))).toEqual([]);
  });

  it('are those that fell behind by themselves, not those that wait for them', () => {
    const late = MINUTE_MS + 1_000;
    expect(named(all([MINUTE_MS, 500], [late, late], [late, late]))).toEqual(['ingestion/0']);
    expect(named(all([500, 500], [900, MINUTE_MS], [late, late]))).toEqual(['identity/1']);
    expect(named(all([500, 500], [900, 900], [late, 1_400]))).toEqual(['profile/0']);
    expect(named(all([MINUTE_MS, 500], [late, 9 * MINUTE_MS], [late, late]))).toEqual(['ingestion/0', 'identity/1']);
  });

  it('are one that never said anything, which explains all that is behind it', () => {
    expect(named(all([null, 500], [MINUTE_MS, MINUTE_MS], [MINUTE_MS, MINUTE_MS]))).toEqual(['ingestion/0']);
  });

  it('are also those that were released, but these explain nothing any more', () => {
    const origins = [
      ...[origin('ingestion', 0, MINUTE_MS, true), origin('ingestion', 1, 500)],
      ...[origin('identity', 0, 900), origin('identity', 1, 50_000)],
    ];
    expect(named(origins)).toEqual(['ingestion/0', 'identity/1']);
  });
});

describe('an origin is left out only', () => {
  it.each([
    ['where it is behind and stands still', BEHIND_MS, STILL_MS, null],
    ['where it is behind', BEHIND_MS - 1, STILL_MS, 'not_behind'],
    ['where it does not move', BEHIND_MS, STILL_MS - 1, 'moving'],
  ] as const)('%s', (_what, behindMs, standsMs, why) => {
    expect(whyNotReleased({ ...origin('identity', 0, behindMs), standsMs }, NOW_MS)).toBe(why);
  });

  it('where it never said anything, once its silence has lasted', () => {
    expect(whyNotReleased({ ...origin('identity', 0, null), standsMs: STILL_MS }, NOW_MS)).toBe(null);
    expect(whyNotReleased(origin('identity', 0, null), NOW_MS)).toBe('moving');
  });
});
