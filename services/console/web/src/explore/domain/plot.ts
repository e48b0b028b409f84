import { bucketOf, stepsBetween, type TimeStep } from '../../charts/time-step.ts';
import type { Zone } from '../../language/zone.ts';
import { type Answer, type AnswerColumn, kindOf, numberOf, secondsOf } from './answer.ts';
import { isCounted } from './counted-columns.ts';

/** Lines over time. */
export interface TimePlot {
  readonly kind: 'time';
  /** What the times are the starts of; null: nothing regular. */
  readonly step: TimeStep | null;
  /** Each step from the first to the last, also those that the answer lacks. */
  readonly timesS: readonly number[];
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

/** Steps that are drawn; an answer over more of them has points where it has rows. */
const STEPS_AT_MOST = 5_000;

/** What an answer's picture depends on besides the answer. */
export interface PlotOptions {
  /** The workspace's zone. */
  readonly zone: Zone;
  /** Columns that count or add up: a step without a row is zero there, and unknown elsewhere. */
  readonly counted: ReadonlySet<string>;
}

/** The chart of an answer; null if it makes none: it needs a time or a name, and numbers. */
export function plotOf(
  { columns, rows }: Pick<Answer, 'columns' | 'rows'>,
  options: PlotOptions,
): TimePlot | BarPlot | null {
  const kinds = columns.map(({ type }) => kindOf(type));
  const time = kinds.indexOf('time');
  const numbers = columns
    .map((column, index) => ({ ...column, index }))
    .filter(({ index }) => kinds[index] === 'number');
  if (rows.length === 0 || numbers.length === 0) return null;
  if (time >= 0) return timePlot(columns, rows, time, kinds.indexOf('text'), numbers, options);
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
  { zone, counted }: PlotOptions,
): TimePlot | null {
  const { name: timeName, type } = columns[time] as AnswerColumn;
  const instantOf = (row: readonly unknown[]) => secondsOf(row[time], type, zone);
  const found = rows.map(instantOf).filter((one) => one !== null);
  const { timesS, step } = timesOf(
    [...new Set(found)].sort((a, b) => a - b),
    zone,
    timeName,
  );
  if (timesS.length === 0) return null;
  const at = new Map(timesS.map((seconds, index) => [seconds, index]));
  const lines = new Map<string, (number | null)[]>();
  const put = (lineName: string, row: readonly unknown[], { name, index }: Numbered): void => {
    const place = at.get(instantOf(row) ?? Number.NaN);
    if (place === undefined) return;
    const missing = step !== null && isCounted(name, counted) ? 0 : null;
    const line = lines.get(lineName) ?? timesS.map(() => missing);
    line[place] = numberOf(row[index]);
    lines.set(lineName, line);
  };
  const isGrouped = group >= 0 && columns.length === 3 && numbers.length === 1;
  for (const row of rows) {
    if (isGrouped) put(textOf(row[group]), row, numbers[0] as Numbered);
    else for (const number of numbers) put(number.name, row, number);
  }
  const series = [...lines].map(([name, values]) => ({ name, values }));
  const largest = isGrouped ? series.toSorted((a, b) => total(b.values) - total(a.values)) : series;
  return {
    ...{ kind: 'time', step, timesS },
    series: largest.slice(0, PLOT_LIMITS.series),
    left_out: Math.max(0, series.length - PLOT_LIMITS.series),
  };
}

/** Every step between the first and the last time; the times alone where they follow no step. */
function timesOf(foundS: readonly number[], zone: Zone, name: string): Pick<TimePlot, 'timesS' | 'step'> {
  const [first] = foundS;
  const last = foundS.at(-1);
  const step = bucketOf(foundS, zone, name);
  if (step === null || first === undefined || last === undefined) return { timesS: foundS, step: null };
  const steps = stepsBetween(first, last, step, zone, STEPS_AT_MOST);
  if (steps === null) return { timesS: foundS, step: null };
  return { timesS: [...new Set([...steps, ...foundS])].sort((a, b) => a - b), step };
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
