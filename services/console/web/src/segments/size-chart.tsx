import 'uplot/dist/uPlot.min.css';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import { chartAxes } from '../charts/chart-axes.ts';
import { CHART_LINES } from '../charts/chart-colours.ts';
import { useFormats } from '../language/language.tsx';
import type { SizePoint } from './segment-history.ts';

const HEIGHT = 200;

interface SizeChartProps {
  readonly points: readonly SizePoint[];
  /** What the picture says, in words. */
  readonly label: string;
}

/** A line of a segment's size, a step at each point. */
export function SizeChart({ points, label }: SizeChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const scheme = useComputedColorScheme('light');
  const formats = useFormats();
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const made = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        cursor: { show: false },
        legend: { show: false },
        ...chartAxes({ scheme, formats, step: null }),
        series: [
          {},
          {
            stroke: CHART_LINES[scheme][0],
            width: 2,
            points: { show: false },
            ...(uPlot.paths.stepped === undefined ? {} : { paths: uPlot.paths.stepped({ align: 1 }) }),
          },
        ],
      },
      [[], []],
      element,
    );
    plot.current = made;
    const watch = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [scheme, formats]);
  useEffect(() => {
    plot.current?.setData([points.map(({ at }) => Date.parse(at) / 1000), points.map(({ members }) => members)]);
  }, [points, scheme, formats]);
  return <div ref={place} className="size-chart" role="img" aria-label={label} />;
}
