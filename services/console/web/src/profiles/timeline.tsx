import { Anchor, Stack, Text } from '@mantine/core';
import { Link } from 'react-router';
import { useApi } from '../api/api-context.tsx';
import { useStir } from '../api/polling.ts';
import { usePages } from '../api/use-pages.ts';
import { Empty } from '../elements/empty.tsx';
import { Facts } from '../elements/facts.tsx';
import { JsonText } from '../elements/json-text.tsx';
import { PagedTable } from '../elements/paged-table.tsx';
import { eventPath } from '../events/event-api.ts';
import { useLiveEvents } from '../events/use-live-events.ts';
import { useFormats, useMessages } from '../language/language.tsx';
import { profileMessages } from './messages.ts';
import { readProfileEvents } from './profile-api.ts';
import { type TimelineEvent, withArrived } from './with-arrived.ts';

interface TimelineProps {
  /** Id of the profile. */
  readonly id: string;
  /** Whose events are shown as they arrive; undefined: they show once the history has them. */
  readonly profile_id: string | undefined;
}

/** Every event of the person, the newest first. */
export function Timeline({ id, profile_id }: TimelineProps) {
  const t = useMessages(profileMessages);
  const formats = useFormats();
  const api = useApi();
  const nameOf = useEventName();
  const pages = usePages({
    name: ['profile', id, 'events'],
    read: (next, signal) => readProfileEvents(api, id, next, signal),
    poll: 'followed',
  });
  const live = useLiveEvents({ source: '', event: '', profile: profile_id ?? '' }, profile_id === undefined);
  useStir(live.list.items[0]?.id ?? null, ['profile', id], ['deliveries']);
  const arrived = pages.number === 1 ? live.list.items : [];
  const items = pages.items && withArrived(pages.items, arrived, pages.older !== null);
  return (
    <PagedTable
      pages={{ ...pages, items }}
      byTime
      empty={<Empty title={t.noEvents}>{t.noEventsHelp}</Empty>}
      caption={t.timelineCaption}
      keyOf={({ source_id, message_id }) => `${source_id} ${message_id}`}
      columns={[
        {
          key: 'time',
          label: t.time,
          cell: ({ timestamp }) => (timestamp === null ? '–' : formats.time(timestamp)),
        },
        { key: 'event', label: t.event, cell: nameOf },
        { key: 'source', label: t.source, cell: ({ source_id }) => source_id },
      ]}
      details={(event) => <EventDetails event={event} name={nameOf(event)} />}
    />
  );
}

/** A track event by its own name, another call by what it means. */
function useEventName(): (event: TimelineEvent) => string {
  const t = useMessages(profileMessages);
  const words: Readonly<Record<string, string>> = {
    identify: t.identify,
    page: t.page,
    screen: t.screen,
    group: t.group,
    alias: t.alias,
    merge: t.merge,
  };
  return ({ event, type }) => (event === null || event === '' ? (words[type] ?? type) : event);
}

function EventDetails({ event, name }: { readonly event: TimelineEvent; readonly name: string }) {
  const t = useMessages(profileMessages);
  const { brought } = event;
  const follow = (
    <Anchor component={Link} to={eventPath(event.message_id, event.source_id)}>
      {event.message_id}
    </Anchor>
  );
  return (
    <Stack gap="sm">
      <Facts
        of={[[t.messageId, follow], ...(brought?.external_ids ?? []).map(({ type, id }) => [type, id] as const)]}
      />
      {brought === null ? (
        <Text size="sm">{t.arriving}</Text>
      ) : (
        <JsonText label={t.eventDetails(name)} value={{ properties: brought.properties, context: brought.context }} />
      )}
    </Stack>
  );
}
