import type uPlot from 'uplot';
import { CHART_AXES } from './chart-colours.ts';
import type { Formats } from '../language/formats.ts';
import { timeMarks } from './time-axis.ts';
import type { TimeStep } from './time-step.ts';
import { valueAxis, valueLabels } from './value-axis.ts';

/** Pixels between marks of time, and between marks of values. */
const TIME_SPACE = 96;
const VALUE_SPACE = 44;
/** Room at the right for half of the last label, which stands below its mark. */
const LAST_LABEL = 48;
const CHARACTER = 7.5;

/** The part of a chart's options that its axes need: ticks in the workspace's time zone, and fitting values. */
export function chartAxes(options: {
  readonly scheme: 'light' | 'dark';
  readonly formats: Formats;
  /** What the times are the starts of; null: nothing regular. */
  readonly step: TimeStep | null;
  /** Where the axis of time begins and ends; absent: at its first and last point. */
  readonly around?: (fromS: number, toS: number) => readonly [number, number];
}): Pick<uPlot.Options, 'axes' | 'scales' | 'padding'> {
  const { scheme, formats, step, around } = options;
  const { text, grid } = CHART_AXES[scheme];
  const axis = { stroke: text, grid: { stroke: grid, width: 1 }, ticks: { show: false } };
  const marksOf = (plot: uPlot) => {
    const { min = 0, max = 0 } = plot.scales.x ?? {};
    const most = Math.floor(plot.bbox.width / devicePixelRatio / TIME_SPACE);
    return timeMarks({
      ...{ fromS: min ?? 0, toS: max ?? 0, most, step },
      zone: formats.zone,
      language: formats.language,
    });
  };
  const valuesOf = (plot: uPlot) => {
    const values = plot.data.slice(1).flatMap((series) => [...series] as (number | null)[]);
    return valueAxis(values, Math.max(2, Math.floor(plot.height / VALUE_SPACE)));
  };
  return {
    padding: [12, LAST_LABEL, 0, 0],
    scales: {
      x: { time: true, range: (plot, from, to) => [...(around ?? apart)(from, endOf(plot.data[0], to))] },
      y: {
        range: (plot) => {
          const { from, to } = valuesOf(plot);
          return [from, to];
        },
      },
    },
    axes: [
      {
        ...axis,
        splits: (plot) => marksOf(plot).map(({ at }) => at),
        values: (plot) => marksOf(plot).map(({ label }) => label),
      },
      {
        ...axis,
        size: (_plot, labels) =>
          Math.max(40, 18 + CHARACTER * Math.max(0, ...(labels ?? []).map(({ length }) => length))),
        splits: (plot) => [...valuesOf(plot).marks],
        values: (plot) => [...valueLabels(valuesOf(plot), formats.axisNumber)],
      },
    ],
  };
}

/** For a single point the library proposes an axis of 1,000 days; it ends where it begins. */
function endOf(timesS: ArrayLike<number>, proposedS: number): number {
  return timesS.length === 1 ? (timesS[0] ?? proposedS) : proposedS;
}

/** A single point has some room on both sides. */
function apart(fromS: number, toS: number): readonly [number, number] {
  return fromS === toS ? [fromS - 1, toS + 1] : [fromS, toS];
}

/** Isolated points: a line would not show them. */
export function lonePoints(values: readonly (number | null | undefined)[]): number[] {
  return values.flatMap((value, index) => {
    const hasNeighbour = [values[index - 1], values[index + 1]].some((other) => other !== null && other !== undefined);
    return value === null || value === undefined || hasNeighbour ? [] : [index];
  });
}
