import type { Overview } from './overview.ts';

/** Seconds of rates that are kept and drawn. */
export const SECONDS_KEPT = 120;

/** Rates of the last two minutes, a column for the times and one for each stage; a rate not known is null. */
export interface RateHistory {
  /** Seconds since the epoch. */
  readonly timesS: readonly number[];
  readonly rates: Readonly<Record<string, readonly (number | null)[]>>;
}

/** Before anything came. */
export const NO_RATES: RateHistory = { timesS: [], rates: {} };

/** The history with another second; what is older than two minutes is dropped. A repeat changes nothing. */
export function withRates(history: RateHistory, { at, stages }: Overview): RateHistory {
  const timeS = Date.parse(at) / 1000;
  if (Number.isNaN(timeS) || timeS <= (history.timesS.at(-1) ?? 0)) return history;
  const before = history.timesS.length;
  const rates = stages.map(({ stage, records_per_s }) => {
    const earlier = history.rates[stage] ?? Array.from({ length: before }, () => null);
    return [stage, [...earlier, records_per_s].slice(-SECONDS_KEPT)] as const;
  });
  return { timesS: [...history.timesS, timeS].slice(-SECONDS_KEPT), rates: Object.fromEntries(rates) };
}
