import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { CHART_AXES, CHART_DASHES, CHART_LINES } from '../elements/chart-colours.ts';
import { useFormats } from '../language/language.tsx';
import type { TimePlot } from './domain/plot.ts';

const HEIGHT = 240;
const DAY_S = 86_400;

interface AnswerChartProps {
  readonly plot: TimePlot;
  readonly bars: boolean;
  /** What the picture says, in words. */
  readonly label: string;
}

/** Lines over time, or bars where there is one line. */
export function AnswerChart({ plot, bars, label }: AnswerChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme('light');
  const formats = useFormats();
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const { text, grid } = CHART_AXES[scheme];
    const axis = { stroke: text, grid: { stroke: grid, width: 1 }, ticks: { show: false } };
    const time = timeFormat(plot, formats.language);
    const made = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        cursor: { show: false },
        legend: { show: false },
        scales: {
          x: { time: true, range: (_plot, from, to) => around(plot, from, to) },
          y: { range: (_plot, from, to) => [Math.min(0, from * 1.1), Math.max(1, to * 1.1)] },
        },
        axes: [
          { ...axis, space: 90, values: (_plot, splits) => splits.map((seconds) => time.format(seconds * 1000)) },
          { ...axis, size: 64, values: (_plot, splits) => splits.map(formats.short) },
        ],
        series: [
          {},
          ...plot.series.map(({ name }, index) =>
            bars && plot.series.length === 1
              ? barsOf(name, scheme)
              : lineOf(name, index, scheme, plot.times_s.length === 1),
          ),
        ],
      },
      [[...plot.times_s], ...plot.series.map(({ values }) => [...values])],
      element,
    );
    const watch = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      made.destroy();
    };
  }, [plot, bars, scheme, formats]);
  return <div ref={place} className="answer-chart" role="img" aria-label={label} />;
}

function barsOf(name: string, scheme: 'light' | 'dark'): uPlot.Series {
  const [stroke] = CHART_LINES[scheme];
  return { label: name, stroke, fill: stroke, paths: uPlot.paths.bars?.({ size: [0.7, 60] }), points: { show: false } };
}

/** A single time makes no line, but points. */
function lineOf(name: string, index: number, scheme: 'light' | 'dark', points: boolean): uPlot.Series {
  return {
    label: name,
    stroke: CHART_LINES[scheme][index % CHART_LINES[scheme].length],
    width: 2,
    dash: [...(CHART_DASHES[index % CHART_DASHES.length] ?? [])],
    spanGaps: true,
    points: { show: points },
  };
}

/** Room on both sides, half as wide as the shortest step: bars stand on their times. */
function around({ times_s }: TimePlot, from: number, to: number): [number, number] {
  const steps = times_s.slice(1).map((time, index) => time - (times_s[index] as number));
  const half = steps.length === 0 ? DAY_S / 2 : Math.min(...steps) / 2;
  return [from - half, to + half];
}

/** Times in UTC, as ClickHouse gives them: the hour within two days, the month beyond most of a year, else the day. */
function timeFormat({ times_s }: TimePlot, language: string): Intl.DateTimeFormat {
  const span_s = (times_s.at(-1) ?? 0) - (times_s[0] ?? 0);
  const has_hours = times_s.some((time) => time % DAY_S !== 0);
  const locale = language === 'en' ? 'en-GB' : 'es-ES';
  if (has_hours && span_s <= 2 * DAY_S)
    return new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' });
  if (span_s > 300 * DAY_S)
    return new Intl.DateTimeFormat(locale, { month: 'short', year: '2-digit', timeZone: 'UTC' });
  return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' });
}
