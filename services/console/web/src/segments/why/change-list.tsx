import { Anchor } from '@mantine/core';
import { Link } from 'react-router';
import { useApi } from '../../api/api-context.tsx';
import { usePages } from '../../api/use-pages.ts';
import { Empty } from '../../elements/empty.tsx';
import { ProfileLink } from '../../elements/links.tsx';
import type { Column } from '../../elements/list-table.tsx';
import { PagedTable } from '../../elements/paged-table.tsx';
import { eventPath } from '../../events/event-api.ts';
import { useFormats, useMessages } from '../../language/language.tsx';
import { whyMessages } from './messages.ts';
import { type Change, readChanges } from './why-api.ts';

const REASONS = ['event', 'trait', 'segment', 'time', 'merge', 'definition'] as const;
const MARKS = ['unproven', 'backfilled', 'historical'] as const;

/** Entries and exits of a segment, the newest first; `profile`: of this person alone. */
export function ChangeList({ segment, profile }: { readonly segment: string; readonly profile?: string }) {
  const t = useMessages(whyMessages);
  const formats = useFormats();
  const api = useApi();
  const pages = usePages({
    name: ['segment', segment, 'changes', profile ?? null],
    read: (cursor, signal) => readChanges(api, segment, profile ?? null, cursor, signal),
    poll: 'followed',
  });
  const person: Column<Change> = {
    ...{ key: 'profile', label: t.profile },
    cell: ({ profile_id }) => <ProfileLink id={profile_id} />,
  };
  return (
    <PagedTable
      pages={pages}
      byTime
      empty={<Empty title={t.noHistory}>{t.noHistoryHelp}</Empty>}
      caption={profile === undefined ? t.historyCaption : t.historyOfOne}
      keyOf={({ recorded_profile_id, version }) => `${recorded_profile_id} ${version}`}
      columns={[
        ...(profile === undefined ? [person] : []),
        { key: 'change', label: t.change, cell: ({ status }) => t[status] },
        { key: 'time', label: t.time, cell: ({ decided_at }) => formats.time(decided_at) },
        { key: 'reason', label: t.reason, cell: (change) => <Reason change={change} /> },
      ]}
    />
  );
}

function Reason({ change }: { readonly change: Change }) {
  const t = useMessages(whyMessages);
  const { reason, message_id } = change;
  const known = REASONS.find((one) => one === reason);
  const words = known === undefined ? reason : t[`reason_${known}`];
  const marks = MARKS.filter((mark) => change[mark]).map((mark) => t[mark]);
  return (
    <>
      {message_id === null ? (
        words
      ) : (
        <Anchor component={Link} to={eventPath(message_id, null)}>
          {words}
        </Anchor>
      )}
      {marks.length === 0 ? null : ` (${marks.join(', ')})`}
    </>
  );
}
