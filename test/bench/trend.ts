/** A value at a time. */
export interface Sample {
  readonly atS: number;
  readonly value: number;
}

/** A straight line through samples, and how well they fix it. */
export interface Trend {
  /** Change of the value per second. */
  readonly slope: number;
  /** Standard error of the slope, for residuals that resemble their predecessors. Infinite below three samples. */
  readonly error: number;
  /** Degrees of freedom of the residuals: samples less two. */
  readonly freedom: number;
}

/** How certain the judge must be: 2.5 standard errors of many samples leave less than one chance in a hundred. */
const ERRORS_APART = 2.5;

/** Neighbouring residuals count as at most this alike, or a straight line through noise would never be certain. */
const ALIKE_AT_MOST = 0.9;

/**
 * The least-squares line. Its standard error is that of independent residuals, widened by sqrt((1 + r) / (1 - r)) for
 * residuals with lag-one autocorrelation r: a backlog that is read once a second is alike from one second to the next.
 */
export function trendOf(samples: readonly Sample[]): Trend {
  const count = samples.length;
  const unknown = { slope: 0, error: Number.POSITIVE_INFINITY, freedom: 0 };
  if (count < 3) return unknown;
  const meanAt = sum(samples.map(({ atS }) => atS)) / count;
  const meanValue = sum(samples.map(({ value }) => value)) / count;
  const spread = sum(samples.map(({ atS }) => (atS - meanAt) ** 2));
  if (spread === 0) return unknown;
  const slope = sum(samples.map(({ atS, value }) => (atS - meanAt) * (value - meanValue))) / spread;
  const residuals = samples.map(({ atS, value }) => value - meanValue - slope * (atS - meanAt));
  const squares = sum(residuals.map((residual) => residual ** 2));
  const neighbours = sum(residuals.slice(1).map((residual, n) => residual * (residuals[n] as number)));
  const alike = squares === 0 ? 0 : Math.min(ALIKE_AT_MOST, Math.max(0, neighbours / squares));
  const freedom = count - 2;
  return { slope, error: Math.sqrt((squares / freedom / spread) * ((1 + alike) / (1 - alike))), freedom };
}

/** Whether a trend rises by more than `atMost` per second, and by more than its own noise explains. */
export function rises({ slope, error, freedom }: Trend, atMost: number): boolean {
  return slope > atMost && slope > errorsApart(freedom) * error;
}

/**
 * Student's t for as much certainty with few samples: the first term of its expansion about the normal distribution.
 */
function errorsApart(freedom: number): number {
  return ERRORS_APART * (1 + (ERRORS_APART ** 2 + 1) / (4 * Math.max(1, freedom)));
}

/** The samples after the pipeline has filled from empty: without the first third, at least three seconds. */
export function settled(samples: readonly Sample[]): readonly Sample[] {
  const fromS = samples[0]?.atS ?? 0;
  const lengthS = (samples.at(-1)?.atS ?? 0) - fromS;
  return samples.filter(({ atS }) => atS >= fromS + Math.max(3, lengthS / 3));
}

/**
 * The median of each whole second that has samples: thousands of values become one per second, without their outliers.
 */
export function medianBySecond(samples: readonly Sample[]): readonly Sample[] {
  return [...Map.groupBy(samples, ({ atS }) => Math.floor(atS))]
    .map(([atS, of]) => ({ atS, value: medianOf(of.map(({ value }) => value)) ?? 0 }))
    .sort((a, b) => a.atS - b.atS);
}

/** The middle value, or the mean of the two middle ones; null for none. */
export function medianOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  return upper === undefined || lower === undefined ? null : (upper + lower) / 2;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
