/** What one run at one rate showed. */
export interface Trial {
  readonly rate: number;
  /** Whether the door took all of it in time and no stage fell behind. */
  readonly sustained: boolean;
}

/** Bounds of the search. */
export interface SearchLimits {
  readonly from: number;
  readonly to: number;
  /** The answer is exact to this share of itself. */
  readonly precision: number;
}

const GROWTH = 1.5;

/**
 * The highest rate that is sustained: grows until a rate is not, then halves the distance. Zero where not even the
 * first one is.
 */
export async function highestSustained(
  limits: SearchLimits,
  attempt: (rate: number) => Promise<Trial>,
): Promise<number> {
  let good = 0;
  let bad = Number.POSITIVE_INFINITY;
  for (let rate = limits.from; bad === Number.POSITIVE_INFINITY && good < limits.to; rate *= GROWTH) {
    const tried = Math.min(limits.to, Math.round(rate));
    if ((await attempt(tried)).sustained) good = tried;
    else bad = tried;
  }
  while (good > 0 && bad !== Number.POSITIVE_INFINITY && bad - good > good * limits.precision) {
    const between = Math.round((good + bad) / 2);
    if ((await attempt(between)).sustained) good = between;
    else bad = between;
  }
  return good;
}

/** A value at a time. */
export interface Sample {
  readonly at_s: number;
  readonly value: number;
}

/** By how much the value grew a second: least squares over the second half of the samples, in the order of time. */
export function growthOf(samples: readonly Sample[]): number {
  const late = samples.slice(Math.floor(samples.length / 2));
  if (late.length < 2) return 0;
  const mean_at = late.reduce((sum, { at_s }) => sum + at_s, 0) / late.length;
  const mean_value = late.reduce((sum, { value }) => sum + value, 0) / late.length;
  const spread = late.reduce((sum, { at_s }) => sum + (at_s - mean_at) ** 2, 0);
  const together = late.reduce((sum, { at_s, value }) => sum + (at_s - mean_at) * (value - mean_value), 0);
  return spread === 0 ? 0 : together / spread;
}
