import './charts.css';
import { Text, useComputedColorScheme } from '@mantine/core';
import { useFormats, useMessages } from '../language/language.tsx';
import { CHART_DASHES, CHART_LINES } from './chart-colours.ts';
import { chartMessages } from './messages.ts';

/** Names the zone that a chart's times are in. */
export function ChartZone() {
  const t = useMessages(chartMessages);
  const { zone } = useFormats();
  return (
    <Text size="xs" c="dimmed" className="chart-zone">
      {t.zone(zone.name)}
    </Text>
  );
}

interface ChartKeyProps {
  /** Lines in their order, with their names. */
  readonly lines: readonly (readonly [line: string, name: string])[];
}

/** The colour and dashes of each line with its name. */
export function ChartKey({ lines }: ChartKeyProps) {
  const scheme = useComputedColorScheme('light');
  return (
    <ul className="chart-key" aria-hidden="true">
      {lines.map(([line, name], index) => (
        <li key={line}>
          <svg viewBox="0 0 24 4">
            <path
              d="M0 2h24"
              stroke={CHART_LINES[scheme][index % CHART_LINES[scheme].length]}
              strokeWidth="3"
              strokeDasharray={CHART_DASHES[index % CHART_DASHES.length]?.join(' ')}
            />
          </svg>
          {name}
        </li>
      ))}
    </ul>
  );
}
