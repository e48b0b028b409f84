/** An axis of values: where it begins and ends, and its marks. */
export interface ValueAxis {
  readonly from: number;
  readonly to: number;
  readonly marks: readonly number[];
  /** Decimals that tell the marks apart. */
  readonly decimals: number;
}

/**
 * An axis from 0 (or below, if values are) to just above the highest value, with at most `most` ticks, 1, 2 or 5 times
 * a power of ten apart. If all values are whole numbers, so are the ticks: nobody counts a third of a person.
 */
export function valueAxis(values: readonly (number | null)[], most: number): ValueAxis {
  const known = values.filter((value) => value !== null && Number.isFinite(value)) as number[];
  const lowest = known.reduce((low, value) => Math.min(low, value), 0);
  const highest = known.reduce((high, value) => Math.max(high, value), 0);
  const whole = known.every(Number.isInteger);
  const span = highest - lowest || 1;
  const step = roundStep(span / Math.max(1, most - 1), whole);
  const first = Math.floor(lowest / step);
  const last = Math.max(Math.ceil(highest / step), first + 1);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  // Multiples by whole numbers: sums of decimals would drift.
  const marks = Array.from({ length: last - first + 1 }, (_, index) => rounded((first + index) * step, decimals));
  return { from: marks[0] as number, to: marks.at(-1) as number, marks, decimals };
}

/** The shortest step of 1, 2 or 5 times a power of ten that is as long as wanted. */
function roundStep(wanted: number, whole: boolean): number {
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= wanted * (1 - 1e-9)) ?? 10 * power;
  return whole ? Math.max(1, Math.round(step)) : step;
}

function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(Math.min(20, decimals)));
}

/**
 * Marks as texts, no two the same: in few characters where that tells them apart, such as `1.2M`, else in full.
 * `write` writes a number with so many decimals, in few characters or not.
 */
export function valueLabels(
  { marks, decimals }: Pick<ValueAxis, 'marks' | 'decimals'>,
  write: (value: number, decimals: number, compact: boolean) => string,
): readonly string[] {
  for (let digits = 0; digits <= 3; digits++) {
    const short = marks.map((mark) => write(mark, Math.max(digits, Math.abs(mark) < 1000 ? decimals : 0), true));
    const exact = marks.every((mark) => Math.abs(mark) < 1000 || isExact(mark, digits));
    if (exact && new Set(short).size === marks.length) return short;
  }
  return marks.map((mark) => write(mark, decimals, false));
}

/** Whether so many decimals say all of a number that is written in thousands, millions or more. */
function isExact(value: number, digits: number): boolean {
  const thousands = 1000 ** Math.floor(Math.log10(Math.abs(value)) / 3 + 1e-9);
  const scaled = (value / thousands) * 10 ** digits;
  return Math.abs(scaled - Math.round(scaled)) < 1e-6;
}
