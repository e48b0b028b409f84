import type { Api as HistoryApi } from '@hilo/history/contract';
import type { SchemaOf } from '@hilo/service/contract';
import { Anchor, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { Api } from '../api/api.ts';
import { useApi } from '../api/api-context.tsx';
import { polling } from '../api/polling.ts';
import { Empty } from '../elements/empty.tsx';
import { Fault } from '../elements/fault.tsx';
import { Loading } from '../elements/loading.tsx';
import { Section } from '../elements/section.tsx';
import { StateMark } from '../elements/state-mark.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { homeMessages } from './messages.ts';
import { Tiles } from './tiles.tsx';
import { startOfDay } from '../charts/time-step.ts';

/** What happened since midnight, as the history service counts it. */
type Today = SchemaOf<HistoryApi, 'Today'>;

/** What happened since midnight of the workspace's zone. */
export function useToday() {
  const { zone } = useFormats();
  const api = useApi();
  return useQuery({
    queryKey: ['today', zone.name],
    queryFn: ({ signal }) => readToday(api, startOfDay(new Date(), zone), signal),
    refetchInterval: polling('watched'),
  });
}

/** Events, people, segments and deliveries since midnight. */
export function TodayFigures() {
  const t = useMessages(homeMessages);
  const formats = useFormats();
  const { data, error, refetch } = useToday();
  return (
    <Section title={t.today}>
      {error === null ? null : <Fault error={error} retry={() => void refetch()} />}
      {data === undefined ? (
        error === null && <Loading lines={2} />
      ) : (
        <>
          <Text c="dimmed" size="sm" mb="sm">
            {t.todayNote(formats.time(data.since))}
          </Text>
          {isNothing(data) ? <Nothing /> : <Figures today={data} />}
        </>
      )}
    </Section>
  );
}

function readToday(api: Api, since: Date, signal: AbortSignal): Promise<Today> {
  return api.call('GET /api/history/v1/today', { query: { since: since.toISOString() } }, { signal });
}

function isNothing({ events, rejected, duplicate, entered, left, delivered, failed, filtered }: Today): boolean {
  return [events, rejected, duplicate, entered, left, delivered, failed, filtered].every((count) => count === 0);
}

function Nothing() {
  const t = useMessages(homeMessages);
  const sources = (
    <Anchor component={Link} to="/sources">
      {t.sources}
    </Anchor>
  );
  return (
    <Empty title={t.nothingToday} action={sources}>
      {t.nothingTodayHelp}
    </Empty>
  );
}

function Figures({ today }: { readonly today: Today }) {
  const t = useMessages(homeMessages);
  const { count } = useFormats();
  const { events, rejected, duplicate, profiles, merges, entered, left, segments, delivered, failed, filtered } = today;
  const failures = failed === 0 ? t.failedToday(failed) : <StateMark mood="bad">{t.failedToday(failed)}</StateMark>;
  return (
    <Tiles
      tiles={[
        {
          name: t.eventsToday,
          value: count(events),
          note: `${t.rejectedToday(rejected)}, ${t.repeatsToday(duplicate)}`,
          to: '/events',
        },
        { name: t.profilesToday, value: count(profiles), note: t.mergesToday(merges), to: '/profiles' },
        {
          name: t.segmentsToday,
          value: count(entered),
          note: `${t.leftToday(left)}, ${t.inSegments(segments)}`,
          to: '/segments',
        },
        {
          name: t.deliveriesToday,
          value: count(delivered),
          note: (
            <>
              {failures}, {t.skippedToday(filtered)}
            </>
          ),
          to: failed === 0 ? '/deliveries' : '/deliveries?status=failed',
        },
      ]}
    />
  );
}
