import { type Condition, type CountTest, UTC, type ValueTest } from '@hilo/behaviour';
import { type JsonNumber, parseJson } from '@hilo/exact-json';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideMembership } from '../processors/decide-membership.ts';
import { World } from './world.ts';

const START_MS = Date.UTC(2026, 0, 15);
const MINUTE_MS = 60_000;
const RUNS = Number(process.env['HILO_PROPERTY_RUNS'] ?? 2_000);

/** Numbers that doubles can't tell apart, or can't write as they are. */
const near = fc
  .constantFrom(
    ...['1234567890123456789', '1234567890123456700', '1.00000000000000000001', '0.99999999999999999999', '3.0e0'],
    ...['1e400', '-1e400', '1e-400', '10e399', '3.000000000000000000', '-0'],
  )
  .map((numeral) => parseJson(numeral) as JsonNumber);
const scalar = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<(string | number | boolean)[]>(1, 2, 3, 'gold', 'silver', true) },
  { weight: 1, arbitrary: near },
);
const numberBound = fc.oneof({ weight: 2, arbitrary: fc.integer({ min: 0, max: 4 }) }, { weight: 1, arbitrary: near });
const valueTest: fc.Arbitrary<ValueTest> = fc.oneof(
  scalar.map((eq) => ({ eq })),
  scalar.map((ne) => ({ ne })),
  numberBound.map((gt) => ({ gt })),
  numberBound.map((gte) => ({ gte })),
  numberBound.map((lt) => ({ lt })),
  numberBound.map((lte) => ({ lte })),
  fc.array(scalar, { minLength: 1, maxLength: 3 }).map((oneOf) => ({ oneOf })),
  fc.boolean().map((exists) => ({ exists })),
);
const path = fc.constantFrom('plan', 'level', 'items.level', 'home.plan');
const value = fc.oneof(scalar, fc.constant(null));
const document = fc.record(
  {
    plan: value,
    level: value,
    items: fc.array(fc.record({ level: value }), { maxLength: 2 }),
    home: fc.oneof(fc.record({ plan: value }, { requiredKeys: [] }), value),
  },
  { requiredKeys: [] },
);
const bound = fc.integer({ min: 0, max: 3 });
const countTest: fc.Arbitrary<CountTest> = fc.oneof(
  bound.map((eq) => ({ eq })),
  bound.map((ne) => ({ ne })),
  bound.map((gt) => ({ gt })),
  bound.map((gte) => ({ gte })),
  bound.map((lt) => ({ lt })),
  bound.map((lte) => ({ lte })),
);
const eventName = fc.constantFrom('Bought', 'Seen');
const where = fc.array(fc.record({ property: path, is: valueTest }), { minLength: 1, maxLength: 2 });
const within = fc.constantFrom('90s', '10m', '10m', '1h', '1d');
const did = fc.oneof(
  fc.record({ did: eventName, count: countTest, within }, { requiredKeys: ['did', 'within'] }),
  fc.record({ did: eventName, where, count: countTest, within }, { requiredKeys: ['did'] }),
);
const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    { weight: 3, arbitrary: did },
    { weight: 1, arbitrary: fc.record({ trait: path, is: valueTest }) },
    { weight: 1, arbitrary: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((all) => ({ all })) },
    { weight: 1, arbitrary: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }).map((any) => ({ any })) },
    { weight: 1, arbitrary: tie('condition').map((not) => ({ not })) },
  ),
}));

type Step =
  | {
      readonly do: 'event';
      readonly profile: number;
      readonly event: string;
      readonly properties: object | null;
      readonly ageMs: number;
    }
  | { readonly do: 'profile'; readonly profile: number; readonly traits: object }
  | { readonly do: 'define'; readonly segment: string; readonly condition: Condition | null }
  | { readonly do: 'sweep' }
  | { readonly do: 'merge'; readonly absorbed: number; readonly survivor: number }
  | { readonly do: 'hand over' }
  | { readonly do: 'advance'; readonly lengthMs: number; readonly lagMs: number };

const profile = fc.constantFrom(0, 0, 0, 0, 1, 1, 2, 3);
const ageMs = fc.oneof(
  fc.constantFrom(0, 0, 0, 90_000, 89_999, 10 * MINUTE_MS, 10 * MINUTE_MS - 1),
  fc.integer({ min: -5_000, max: 90 * MINUTE_MS }),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant('event' as const),
      profile,
      event: fc.oneof(eventName, fc.constant('Other')),
      properties: fc.oneof(document, fc.constant(null)),
      ageMs,
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('profile' as const), profile, traits: document }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('define' as const),
      segment: fc.constantFrom('a', 'b', 'c'),
      condition: fc.oneof({ weight: 4, arbitrary: condition }, { weight: 1, arbitrary: fc.constant(null) }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('sweep' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('merge' as const), absorbed: profile, survivor: profile }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('hand over' as const) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('advance' as const),
      lengthMs: fc.oneof(
        fc.constantFrom(1, 89_999, 90_000, 10 * MINUTE_MS - 1, 10 * MINUTE_MS),
        fc.integer({ min: 1, max: 2 * 60 * MINUTE_MS }),
      ),
      lagMs: fc.constantFrom(0, 0, 0, 1_500),
    }),
  },
);

/** Takes a step. Profiles that were absorbed, or are about to be, take no part in further merges. */
function take(world: World, merged: Set<number>, one: Step): void {
  switch (one.do) {
    case 'event':
      return world.event(`p${one.profile}`, one.event, one.properties, world.nowMs - one.ageMs);
    case 'profile':
      return world.profile(`p${one.profile}`, one.traits);
    case 'define':
      return world.define(one.segment, one.condition);
    case 'sweep':
      return world.sweep();
    case 'merge':
      if (one.absorbed === one.survivor || merged.has(one.absorbed) || merged.has(one.survivor)) return;
      merged.add(one.absorbed);
      return world.merge(`p${one.absorbed}`, `p${one.survivor}`);
    case 'hand over':
      world.handOver();
      return;
    case 'advance':
      return world.advance(one.lengthMs, one.lagMs);
  }
}

function checked(world: World): void {
  const published = world.published();
  if (world.toSweep.length > 0) return;
  for (const [profile_id, segments] of world.expected()) {
    const known = (published.get(profile_id) ?? []).filter((segment) => world.isCovered(segment));
    expect({ profile_id, known }).toEqual({
      profile_id,
      known: segments.filter((segment) => world.isCovered(segment)),
    });
  }
}

/** Changes by time alone name the very moment at which the answer changed. */
function checkedMoments(world: World, from: number): void {
  for (const { profile_id, segment, status, reason, event_time } of world.changes.slice(from)) {
    if (reason !== 'time' || event_time === null || !world.isCovered(segment)) continue;
    const answers = [event_time - 1, event_time].map((at_ms) => world.naive(profile_id, segment, at_ms));
    expect(answers).toEqual(status === 'entered' ? [false, true] : [true, false]);
  }
}

describe('the stream and the naive evaluation', () => {
  it('agree after every step, whatever the definitions, the order of events, the merges and the passing of time', () => {
    fc.assert(
      fc.property(
        fc.array(condition, { minLength: 1, maxLength: 3 }),
        fc.array(step, { minLength: 1, maxLength: 40, size: 'max' }),
        (conditions, steps) => {
          const world = new World(decideMembership(UTC), START_MS);
          const merged = new Set<number>();
          conditions.forEach((one, index) => world.define(['a', 'b', 'c'][index] as string, one));
          for (const one of steps) {
            const changes = world.changes.length;
            take(world, merged, one);
            checked(world);
            if (one.do === 'advance') checkedMoments(world, changes);
          }
          while (world.handOver()) checked(world);
          world.sweep();
          for (const lengthMs of [0, 90_000, 10 * MINUTE_MS, 60 * MINUTE_MS, 24 * 60 * MINUTE_MS]) {
            world.advance(lengthMs);
            checked(world);
          }
        },
      ),
      { numRuns: RUNS },
    );
  }, 300_000);
});
