import { Anchor } from '@mantine/core';
import { Link } from 'react-router';
import { pathOf } from '../api/api.ts';
import { useApi } from '../api/api-context.tsx';
import { usePages } from '../api/use-pages.ts';
import { Empty } from '../elements/empty.tsx';
import { ListTable } from '../elements/list-table.tsx';
import { PagedList } from '../elements/paged-list.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { segmentMessages } from './messages.ts';
import { readMembers } from './segment-api.ts';

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
    <PagedList pages={pages} empty={<Empty title={t.noMembers}>{t.noMembersHelp}</Empty>}>
      {(items) => (
        <ListTable
          caption={t.membersCaption}
          items={items}
          keyOf={({ profile_id }) => profile_id}
          columns={[
            {
              key: 'profile',
              label: t.profile,
              cell: ({ profile_id }) => (
                <Anchor component={Link} to={pathOf`/profiles/profile_id:${profile_id}`}>
                  {profile_id}
                </Anchor>
              ),
            },
            { key: 'since', label: t.since, cell: ({ since }) => formats.time(since) },
          ]}
        />
      )}
    </PagedList>
  );
}
