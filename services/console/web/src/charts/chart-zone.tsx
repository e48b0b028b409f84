import { Text } from '@mantine/core';
import { useFormats, useMessages } from '../language/language.tsx';
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
