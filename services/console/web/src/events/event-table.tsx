import { Anchor } from '@mantine/core';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { ProfileLink } from '../elements/links.tsx';
import { type Column, ListTable } from '../elements/list-table.tsx';
import { type Mood, StateMark } from '../elements/state-mark.tsx';
import type { Formats } from '../language/formats.ts';
import { useFormats, useMessages } from '../language/language.tsx';
import { eventPath, type LiveEvent } from './event-api.ts';
import { eventMessages } from './messages.ts';

const MOODS: Readonly<Record<LiveEvent['kind'], Mood>> = { accepted: 'good', rejected: 'bad', duplicate: 'idle' };

/** Live events, newest first; each leads to its journey. */
export function EventTable({ items }: { readonly items: readonly LiveEvent[] }) {
  const t = useMessages(eventMessages);
  const formats = useFormats();
  const columns = useMemo(() => columnsOf(t, formats), [t, formats]);
  return <ListTable caption={t.liveCaption} items={items} keyOf={({ id }) => id} columns={columns} />;
}

function columnsOf(t: (typeof eventMessages)['en'], formats: Formats): readonly Column<LiveEvent>[] {
  return [
    {
      key: 'time',
      label: t.received,
      cell: ({ received_at }) => (received_at === null ? '–' : formats.clock(received_at)),
    },
    {
      key: 'event',
      label: t.event,
      cell: ({ event, type, message_id, source }) => {
        const name = event ?? type ?? t.unnamed;
        if (message_id === null) return name;
        return (
          <Anchor component={Link} to={eventPath(message_id, source)}>
            {name}
          </Anchor>
        );
      },
    },
    {
      key: 'state',
      label: t.state,
      cell: ({ kind, reason }) => (
        <StateMark mood={MOODS[kind]}>
          {kind === 'rejected' && reason !== null ? `${t.rejected}: ${reason}` : t[kind]}
        </StateMark>
      ),
    },
    { key: 'source', label: t.source, cell: ({ source }) => (source === '' ? t.unknownSource : source) },
    {
      key: 'person',
      label: t.person,
      cell: ({ profile_id, user_id }) =>
        profile_id === null ? '–' : <ProfileLink id={profile_id}>{user_id ?? profile_id}</ProfileLink>,
    },
  ];
}
