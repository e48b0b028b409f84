import type { Condition } from '@hilo/behaviour/version-2';
import type { Pipeline } from './pipeline.ts';
import { EVENT_NAMES, shareOfName } from './shop-traffic.ts';

/** At most so many segments ask for events of one name. */
const MOST_ASKING = 100;

const KEYS_AT_ONCE = 8;

/** A segment that runs beside those that the bench measures. */
export interface FurtherSegment {
  readonly key: string;
  readonly name: string;
  readonly condition: Condition;
}

/**
 * Segments over the names of the traffic: popular names are asked for more often, as Zipf's law says, but none by more than
 * 100 segments. The forms take turns. `count` is at most 5,000.
 */
export function furtherSegments(count: number): readonly FurtherSegment[] {
  const asked = EVENT_NAMES.map(() => 0);
  const next = (total: number): string => {
    const place = mostWanting(asked, total);
    asked[place] = (asked[place] ?? 0) + 1;
    return EVENT_NAMES[place] as string;
  };
  return Array.from({ length: count }, (_, n) => {
    const form = FORMS[n % FORMS.length] as (typeof FORMS)[number];
    const condition = form(1 + (n % 5), () => next(n + 1));
    return { key: `bench-further-${n}`, name: `Bench: further segment ${n}`, condition };
  });
}

/** The name that has the fewest segments for its share, among those that may have more. */
function mostWanting(asked: readonly number[], total: number): number {
  const missing = asked.map((has, place) => (has >= MOST_ASKING ? -Infinity : shareOfName(place) * total - has));
  return missing.indexOf(Math.max(...missing));
}

const FORMS: readonly ((n: number, nextName: () => string) => Condition)[] = [
  (n, name) => ({ did: name(), count: { gte: n }, within: '7d' }),
  (n, name) => ({ did: name(), where: [{ property: 'price', is: { gte: n * 15 } }], within: '30d' }),
  (n, name) => ({ sum: 'price', of: name(), is: { gte: n * 40 }, within: '30d' }),
  (n, name) => ({ not: { did: name(), within: `${n}d` } }),
  (n, name) => ({ first: name(), is: { newerThan: `${n}w` } }),
  (n, name) => ({ sequence: [{ did: name() }, { did: name() }], within: `${n}d` }),
  (n, name) => ({ distinct: 'category', of: name(), is: { gte: n }, within: '7d' }),
  (n, name) => ({
    all: [
      { did: name(), count: { gte: n } },
      { trait: 'country', is: { eq: 'Spain' } },
    ],
  }),
];

/** Saves the further segments and waits until all are published; resolves with the function that removes them. */
export async function saveFurther(pipeline: Pipeline, count: number): Promise<() => Promise<void>> {
  const segments = furtherSegments(count);
  const url = (key: string) => `${pipeline.credentials.segmentationUrl}/v1/segments/${key}`;
  for (const { key, name, condition } of segments) await pipeline.put(url(key), { name, condition });
  for (const { key } of segments.slice(-KEYS_AT_ONCE)) await pipeline.published(key);
  return async () => {
    for (const { key } of segments) await pipeline.remove(url(key));
  };
}
