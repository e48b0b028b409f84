import { type Answer, type AnswerColumn, kindOf, numberOf, secondsOf } from './answer.ts';

/** Lines over time. */
export interface TimePlot {
  readonly kind: 'time';
  readonly times_s: readonly number[];
  readonly series: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
  /** Lines beyond those that can be told apart. */
  readonly left_out: number;
}

/** A bar for each of a few names. */
export interface BarPlot {
  readonly kind: 'bars';
  /** What is measured. */
  readonly name: string;
  readonly bars: readonly { readonly label: string; readonly value: number }[];
  readonly left_out: number;
}

/** Lines that can be told apart, and bars that can be read. */
export const PLOT_LIMITS = { series: 6, bars: 30 } as const;

/** The picture of an answer; null where it makes none: it needs a time or a name, and numbers. */
export function plotOf({ columns, rows }: Pick<Answer, 'columns' | 'rows'>): TimePlot | BarPlot | null {
  const kinds = columns.map(({ type }) => kindOf(type));
  const time = kinds.indexOf('time');
  const numbers = columns
    .map((column, index) => ({ ...column, index }))
    .filter(({ index }) => kinds[index] === 'number');
  if (rows.length === 0 || numbers.length === 0) return null;
  if (time >= 0) return timePlot(columns, rows, time, kinds.indexOf('text'), numbers);
  const text = kinds.indexOf('text');
  // Without a name, the first number names the others.
  const label = text >= 0 ? text : 0;
  const measured = numbers.find(({ index }) => index !== label);
  return measured === undefined ? null : barPlot(rows, label, measured);
}

/** The one number of an answer: the first number of its first row. */
export function figureOf({ columns, rows }: Pick<Answer, 'columns' | 'rows'>): number | null {
  const index = columns.findIndex(({ type }) => kindOf(type) === 'number');
  return index < 0 ? null : numberOf(rows[0]?.[index]);
}

type Numbered = AnswerColumn & { readonly index: number };

function timePlot(
  columns: readonly AnswerColumn[],
  rows: Answer['rows'],
  time: number,
  group: number,
  numbers: readonly Numbered[],
): TimePlot | null {
  const times_s = [...new Set(rows.map((row) => secondsOf(row[time])).filter((one) => one !== null))].sort(
    (a, b) => a - b,
  );
  if (times_s.length === 0) return null;
  const at = new Map(times_s.map((seconds, index) => [seconds, index]));
  const lines = new Map<string, (number | null)[]>();
  const put = (name: string, row: readonly unknown[], index: number): void => {
    const place = at.get(secondsOf(row[time]) ?? Number.NaN);
    if (place === undefined) return;
    const line = lines.get(name) ?? times_s.map(() => null);
    line[place] = numberOf(row[index]);
    lines.set(name, line);
  };
  const is_grouped = group >= 0 && columns.length === 3 && numbers.length === 1;
  for (const row of rows) {
    if (is_grouped) put(textOf(row[group]), row, (numbers[0] as Numbered).index);
    else for (const { name, index } of numbers) put(name, row, index);
  }
  const series = [...lines].map(([name, values]) => ({ name, values }));
  const largest = is_grouped ? series.toSorted((a, b) => total(b.values) - total(a.values)) : series;
  return {
    kind: 'time',
    times_s,
    series: largest.slice(0, PLOT_LIMITS.series),
    left_out: Math.max(0, series.length - PLOT_LIMITS.series),
  };
}

function barPlot(rows: Answer['rows'], label: number, { name, index }: Numbered): BarPlot {
  const bars = rows.slice(0, PLOT_LIMITS.bars).map((row) => ({
    label: textOf(row[label]),
    value: numberOf(row[index]) ?? 0,
  }));
  return { kind: 'bars', name, bars, left_out: rows.length - bars.length };
}

function total(values: readonly (number | null)[]): number {
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

function textOf(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
