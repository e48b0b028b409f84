import { useApi } from '../api/api-context.tsx';
import { usePages } from '../api/use-pages.ts';
import { Empty } from '../elements/empty.tsx';
import { ProfileLink } from '../elements/links.tsx';
import { PagedTable } from '../elements/paged-table.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { segmentMessages } from './messages.ts';
import { readMembers } from './segment-api.ts';
import { Why } from './why/why.tsx';

/** People in a segment, a page at a time. */
export function MemberList({ segment }: { readonly segment: string }) {
  const t = useMessages(segmentMessages);
  const formats = useFormats();
  const api = useApi();
  const pages = usePages({
    name: ['segment', segment, 'members'],
    read: (cursor, signal) => readMembers(api, segment, cursor, signal),
    poll: 'followed',
  });
  return (
    <PagedTable
      pages={pages}
      empty={<Empty title={t.noMembers}>{t.noMembersHelp}</Empty>}
      caption={t.membersCaption}
      keyOf={({ profile_id }) => profile_id}
      details={({ profile_id }) => <Why segment={segment} profile={profile_id} />}
      columns={[
        { key: 'profile', label: t.profile, cell: ({ profile_id }) => <ProfileLink id={profile_id} /> },
        { key: 'since', label: t.since, cell: ({ since }) => formats.time(since) },
      ]}
    />
  );
}
