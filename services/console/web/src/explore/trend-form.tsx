import { Button, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { useApi } from '../api/api-context.tsx';
import { Section } from '../elements/section.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { TREND_MEASURES, TREND_STEPS, type Trend, trendFault, trendSql } from './domain/trend.ts';
import { exploreMessages } from './messages.ts';
import { readEventNames, readPropertyPaths } from './query-api.ts';
import { SegmentChoice } from './segment-choice.tsx';

const DAYS = [1, 7, 30, 90, 365, 1095] as const;
const START: Trend = { event: '', measure: 'count', sum_of: '', step: 'day', days: 90, by: '' };

interface TrendFormProps {
  /** Null: everyone. */
  readonly segment: string | null;
  onSegment(segment: string | null): void;
  done(sql: string): void;
}

/** What people typically ask about events: it becomes a statement. */
export function TrendForm({ segment, onSegment, done }: TrendFormProps) {
  const t = useMessages(exploreMessages);
  const formats = useFormats();
  const [trend, setTrend] = useState(START);
  const [asked, setAsked] = useState(false);
  const { events, paths } = useSeen(trend.event);
  const [eventList, pathList] = [useId(), useId()];
  const fault = asked ? trendFault(trend) : null;
  const change = (part: Partial<Trend>) => setTrend({ ...trend, ...part });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (trendFault(trend) === null) done(trendSql(trend, formats.zone.name));
  };
  return (
    <Section title={t.trend}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <Text c="dimmed" size="sm">
            {t.trendNote}
          </Text>
          <Group align="flex-start" gap="sm">
            <TextInput
              label={t.event}
              description={t.everyEvent}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              value={trend.event}
              maxLength={1000}
              autoComplete="off"
              list={eventList}
              onChange={(event) => change({ event: event.currentTarget.value })}
            />
            <NativeSelect
              label={t.measure}
              value={trend.measure}
              onChange={(event) => change({ measure: chosen(TREND_MEASURES, event.currentTarget.value) })}
              data={TREND_MEASURES.map((value) => ({ value, label: t[value] }))}
            />
            {trend.measure === 'sum' ? (
              <TextInput
                label={t.sumOf}
                value={trend.sum_of}
                maxLength={500}
                autoComplete="off"
                list={pathList}
                error={fault === 'sum_of' ? t.sumOfWrong : undefined}
                onChange={(event) => change({ sum_of: event.currentTarget.value })}
              />
            ) : null}
            <NativeSelect
              label={t.step}
              value={trend.step}
              onChange={(event) => change({ step: chosen(TREND_STEPS, event.currentTarget.value) })}
              data={TREND_STEPS.map((value) => ({ value, label: t[value] }))}
            />
            <NativeSelect
              label={t.days}
              value={String(trend.days)}
              onChange={(event) => change({ days: Number(event.currentTarget.value) })}
              data={DAYS.map((days) => ({
                value: String(days),
                label: t.daysOf(days),
              }))}
            />
            <TextInput
              label={t.by}
              description={t.byHelp}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              value={trend.by}
              maxLength={500}
              autoComplete="off"
              list={pathList}
              onChange={(event) => change({ by: event.currentTarget.value })}
            />
            <SegmentChoice label={t.trendSegment} value={segment} onChange={onSegment} />
          </Group>
          <Group>
            <Button type="submit">{t.showTrend}</Button>
          </Group>
        </Stack>
        <Offers id={eventList} of={events} />
        <Offers id={pathList} of={paths} />
      </form>
    </Section>
  );
}

function Offers({ id, of }: { readonly id: string; readonly of: readonly string[] }) {
  return (
    <datalist id={id}>
      {of.map((value) => (
        <option key={value} value={value} />
      ))}
    </datalist>
  );
}

/** Suggested events and properties; without them, people type. */
function useSeen(event: string) {
  const api = useApi();
  const events = useQuery({
    queryKey: ['event-names'],
    queryFn: ({ signal }) => readEventNames(api, signal),
    staleTime: 60_000,
  });
  const isKnown = events.data?.includes(event) === true;
  const paths = useQuery({
    queryKey: ['property-paths', event],
    queryFn: ({ signal }) => readPropertyPaths(api, event, signal),
    staleTime: 60_000,
    enabled: isKnown,
  });
  return { events: events.data ?? [], paths: paths.data ?? [] };
}

function chosen<T extends string>(of: readonly T[], value: string): T {
  return of.find((one) => one === value) ?? (of[0] as T);
}
