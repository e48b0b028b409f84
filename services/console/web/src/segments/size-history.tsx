import { Group, NativeSelect, Paper, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useApi } from '../api/api-context.tsx';
import { MOVING_MS, polling } from '../api/polling.ts';
import { Chart } from '../charts/chart.tsx';
import { ChartZone } from '../charts/chart-notes.tsx';
import { Fault } from '../elements/fault.tsx';
import { Loading } from '../elements/loading.tsx';
import { Section } from '../elements/section.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { segmentMessages } from './messages.ts';
import { readSizes, SIZE_RANGES, type SizePoint, type SizeRange, summaryOf } from './segment-history.ts';

const HEIGHT = 200;

/** How many people were in a segment over time. */
export function SizeHistory({ segment, members }: { readonly segment: string; readonly members: number }) {
  const t = useMessages(segmentMessages);
  const api = useApi();
  const [range, setRange] = useState<SizeRange>(SIZE_RANGES[0] as SizeRange);
  const { data, error, refetch } = useQuery({
    queryKey: ['segment', segment, 'sizes', range.name],
    queryFn: ({ signal }) => readSizes(api, segment, range, signal),
    // History is a few seconds behind the stream: until it has what the stream decided, it is read more often.
    refetchInterval: (query) =>
      query.state.data?.at(-1)?.members === members ? polling('followed')(query) : MOVING_MS,
  });
  const choose = (name: string): void => {
    setRange(SIZE_RANGES.find((one) => one.name === name) ?? range);
  };
  return (
    <Section title={t.sizes}>
      <Group mb="sm">
        <NativeSelect
          label={t.sizesRange}
          value={range.name}
          onChange={(event) => choose(event.currentTarget.value)}
          data={SIZE_RANGES.map(({ name }) => ({ value: name, label: t[`range_${name}`] }))}
        />
      </Group>
      {error === null ? null : <Fault error={error} retry={() => void refetch()} />}
      {data === undefined ? error === null && <Loading lines={4} /> : <Sizes points={data} members={members} />}
    </Section>
  );
}

function Sizes({ points, members }: { readonly points: readonly SizePoint[]; readonly members: number }) {
  const t = useMessages(segmentMessages);
  const { count } = useFormats();
  const timesS = useMemo(() => points.map(({ at }) => Date.parse(at) / 1000), [points]);
  const lines = useMemo(() => [{ name: t.members, values: points.map((point) => point.members) }], [points, t]);
  const summary = summaryOf(points);
  if (summary === null) return null;
  const { first, last, highest, entered, left } = summary;
  return (
    <Paper withBorder p="sm">
      <Chart
        label={t.sizesText(count(first), count(last), count(highest))}
        height={HEIGHT}
        timesS={timesS}
        lines={lines}
        shape="steps"
        step={null}
        spanGaps={false}
      />
      <ChartZone />
      <Text size="sm" c="dimmed" mt="xs">
        {t.sizesNote(count(first), count(entered), count(left), count(last))}
        {last === members ? null : ` ${t.sizesBehind(members)}`}
      </Text>
    </Paper>
  );
}
