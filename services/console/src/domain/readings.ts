import type { Reading } from './overview.ts';
import type { Sample } from './parse-metrics.ts';

/** Readings of all instances, round by round; newest last. */
export type Rounds = readonly (readonly Reading[])[];

/** Samples of a metric, with the readings they are in. */
export function samplesOf(name: string, readings: readonly Reading[]): readonly Sample[] {
  return readings.flatMap(({ samples }) =>
    samples.filter((sample) => sample.name === name && Number.isFinite(sample.value)),
  );
}

/** The value of a metric with at most one sample here; null if not reported. */
export function valueOf(name: string, readings: readonly Reading[]): number | null {
  return samplesOf(name, readings)[0]?.value ?? null;
}

/** How much counters have grown between the first and the last round in which an instance reports. */
export interface Growth extends Sample {
  readonly service: string;
}

/**
 * How much each counter of an instance grew over the rounds, instance by instance. A new counter began at 0, and so did
 * all counters of a process that restarted meanwhile. Nothing is known about an instance that was read once.
 */
export function growthOf(name: string, rounds: Rounds): readonly Growth[] {
  return (rounds.at(-1) ?? []).flatMap((now) => {
    const before = firstOf(now, rounds);
    if (before === undefined || before.samples.length === 0) return [];
    const earlier = new Map(before.samples.filter((one) => one.name === name).map((one) => [seriesOf(one), one.value]));
    return samplesOf(name, [now]).map((sample) => {
      const valueBefore = earlier.get(seriesOf(sample)) ?? 0;
      const grown = sample.value < valueBefore ? sample.value : sample.value - valueBefore;
      return { ...sample, value: grown, service: now.service };
    });
  });
}

/** The first reading of the process that runs now. */
function firstOf(now: Reading, rounds: Rounds): Reading | undefined {
  for (const round of rounds.slice(0, -1)) {
    const found = round.find(({ service, instance }) => service === now.service && instance === now.instance);
    if (found !== undefined && found.samples.length > 0) return found;
  }
  return undefined;
}

/** Sums values by labels; null stands for a label that a sample lacks. */
export function sumBy<K extends string>(
  samples: readonly Sample[],
  ...labels: readonly K[]
): readonly (Readonly<Record<K, string>> & { readonly value: number })[] {
  const sums = new Map<string, Readonly<Record<K, string>> & { readonly value: number }>();
  for (const sample of samples) {
    const of = Object.fromEntries(labels.map((label) => [label, sample.labels[label] ?? ''])) as Record<K, string>;
    const key = JSON.stringify(of);
    sums.set(key, { ...of, value: (sums.get(key)?.value ?? 0) + sample.value });
  }
  return [...sums.values()];
}

/**
 * A quantile of a histogram, from the growth of its buckets (`…_bucket`), as Prometheus computes it: evenly spread
 * within a bucket. Null if nothing was counted; a value above all buckets counts as the highest bound.
 */
export function quantileOf(share: number, buckets: readonly Sample[]): number | null {
  const bounds = sumBy(buckets, 'le')
    .map(({ le, value }) => ({ upper: le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le), value }))
    .sort((a, b) => a.upper - b.upper);
  const total = bounds.at(-1)?.value ?? 0;
  if (total <= 0) return null;
  const rank = share * total;
  const at = bounds.findIndex(({ value }) => value >= rank);
  const below = bounds[at - 1] ?? { upper: 0, value: 0 };
  const { upper, value } = bounds[at] ?? { upper: Number.POSITIVE_INFINITY, value: total };
  if (upper === Number.POSITIVE_INFINITY) return below.upper;
  return below.upper + ((upper - below.upper) * (rank - below.value)) / (value - below.value);
}

function seriesOf({ labels }: Sample): string {
  return JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
