import { medianOf } from './trend.ts';

/** The median of some figures, and their spread. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** One figure of both builds, over the rounds in which both were measured. */
export interface Compared {
  readonly before: Spread;
  readonly after: Spread;
  /** After divided by before, round by round. */
  readonly ratio: Spread;
  /**
   * How far the figures of one build differ among themselves, as a share of their median: the larger of both builds.
   */
  readonly noise: number;
  readonly rounds: number;
}

/** Null without figures. */
export function spreadOf(values: readonly number[]): Spread | null {
  const median = medianOf(values);
  return median === null ? null : { median, min: Math.min(...values), max: Math.max(...values) };
}

/** Compares a figure of two builds in pairs: those of one round were taken one after the other. Null without pairs. */
export function compare(pairs: readonly { readonly before: number; readonly after: number }[]): Compared | null {
  const before = spreadOf(pairs.map((pair) => pair.before));
  const after = spreadOf(pairs.map((pair) => pair.after));
  const ratio = spreadOf(pairs.map((pair) => pair.after / pair.before));
  if (before === null || after === null || ratio === null) return null;
  return { before, after, ratio, noise: Math.max(width(before), width(after)), rounds: pairs.length };
}

/**
 * The comparison in a sentence. A difference counts if every round shows it in the same direction and its median
 * exceeds what rounds of the same build differ by; one round says nothing about its own noise.
 */
export function verdictOn(name: string, { ratio, noise, rounds }: Compared): string {
  const change = `${name}: ${signed(ratio.median)} (median of ${rounds}; by round ${signed(ratio.min)} to ${signed(ratio.max)})`;
  if (rounds < 2) return `${change}. One round cannot distinguish a difference from noise.`;
  const spread = `rounds of one build differ by up to ${(noise * 100).toFixed(1)} %`;
  if (ratio.min <= 1 && ratio.max >= 1) return `${change}: within the measured spread; ${spread}.`;
  if (Math.abs(ratio.median - 1) <= noise) {
    return `${change}: within the measured spread, though every round points the same way; ${spread}.`;
  }
  return `${change}: ${ratio.median > 1 ? 'MORE' : 'less'} than before, beyond the measured spread; ${spread}.`;
}

/** Which build is measured first in a round (from 0): before, after, after, before, so that a drift hits both alike. */
export function orderOf(round: number): readonly ['before' | 'after', 'before' | 'after'] {
  return round % 2 === 0 ? ['before', 'after'] : ['after', 'before'];
}

function width({ median, min, max }: Spread): number {
  return median === 0 ? 0 : (max - min) / median;
}

function signed(ratio: number): string {
  const percent = (ratio - 1) * 100;
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(1)} %`;
}
