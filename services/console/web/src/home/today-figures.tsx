import { Anchor, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import type { Api } from '../api/api.ts';
import { useApi } from '../api/api-context.tsx';
import { Empty } from '../elements/empty.tsx';
import { Fault } from '../elements/fault.tsx';
import { Loading } from '../elements/loading.tsx';
import { Section } from '../elements/section.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { MOVING_MS } from '../live/moving.ts';
import { homeMessages } from './messages.ts';
import { startOfDay } from '../charts/time-step.ts';

/** What happened since midnight, as the history service counts it. */
interface Today {
  readonly since: string;
  readonly events: number;
  readonly profiles: number;
  readonly rejected: number;
  readonly duplicate: number;
  readonly entered: number;
  readonly left: number;
  readonly segments: number;
  readonly delivered: number;
  readonly failed: number;
  readonly filtered: number;
  readonly merges: number;
}

/** Events, people, segments and deliveries since midnight of the workspace's zone. */
export function TodayFigures() {
  const t = useMessages(homeMessages);
  const formats = useFormats();
  const api = useApi();
  const { data, error, refetch } = useQuery({
    queryKey: ['today', formats.zone.name],
    queryFn: ({ signal }) => readToday(api, startOfDay(new Date(), formats.zone), signal),
    refetchInterval: MOVING_MS,
  });
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
  return api.get('/api/history/v1/today', { since: since.toISOString() }, signal);
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
  const list = (parts: readonly string[]) => parts.join(', ');
  const tiles: readonly (readonly [name: string, value: number, note: string])[] = [
    [t.eventsToday, today.events, list([t.rejectedToday(today.rejected), t.repeatsToday(today.duplicate)])],
    [t.profilesToday, today.profiles, t.mergesToday(today.merges)],
    [t.segmentsToday, today.entered, list([t.leftToday(today.left), t.inSegments(today.segments)])],
    [t.deliveriesToday, today.delivered, list([t.failedToday(today.failed), t.skippedToday(today.filtered)])],
  ];
  return (
    <dl className="tiles">
      {tiles.map(([name, value, note]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{count(value)}</dd>
          <dd className="tile-note">{note}</dd>
        </div>
      ))}
    </dl>
  );
}
