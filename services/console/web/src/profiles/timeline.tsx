import { Anchor, Stack } from '@mantine/core';
import { Link } from 'react-router';
import { useApi } from '../api/api-context.tsx';
import { usePages } from '../api/use-pages.ts';
import { Empty } from '../elements/empty.tsx';
import { Facts } from '../elements/facts.tsx';
import { JsonText } from '../elements/json-text.tsx';
import { ListTable } from '../elements/list-table.tsx';
import { PagedList } from '../elements/paged-list.tsx';
import { eventPath } from '../events/event-api.ts';
import { useFormats, useMessages } from '../language/language.tsx';
import { profileMessages } from './messages.ts';
import { type ProfileEvent, readCollection } from './profile-api.ts';

/** Every event of the person, the newest first. */
export function Timeline({ identifier }: { readonly identifier: string }) {
  const t = useMessages(profileMessages);
  const formats = useFormats();
  const api = useApi();
  const nameOf = useEventName();
  const pages = usePages({
    name: ['profile', identifier, 'events'],
    read: (next, signal) => readCollection(api, identifier, 'events', next, signal),
    every_ms: 5_000,
  });
  return (
    <PagedList pages={pages} by_time empty={<Empty title={t.noEvents}>{t.noEventsHelp}</Empty>}>
      {(items) => (
        <ListTable
          caption={t.timelineCaption}
          items={items}
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
      )}
    </PagedList>
  );
}

/** A track event by its own name, another call by what it means. */
function useEventName(): (event: ProfileEvent) => string {
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

function EventDetails({ event, name }: { readonly event: ProfileEvent; readonly name: string }) {
  const t = useMessages(profileMessages);
  const follow = (
    <Anchor component={Link} to={eventPath(event.message_id, event.source_id)}>
      {event.message_id}
    </Anchor>
  );
  return (
    <Stack gap="sm">
      <Facts of={[[t.messageId, follow], ...event.external_ids.map(({ type, id }) => [type, id] as const)]} />
      <JsonText label={t.eventDetails(name)} value={{ properties: event.properties, context: event.context }} />
    </Stack>
  );
}
