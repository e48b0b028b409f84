import { Anchor, Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router';
import { useApi } from '../api/api-context.tsx';
import { usePages } from '../api/use-pages.ts';
import { Confirm } from '../elements/confirm.tsx';
import { Empty } from '../elements/empty.tsx';
import { ListTable } from '../elements/list-table.tsx';
import { PagedList } from '../elements/paged-list.tsx';
import { PageTitle } from '../elements/page-title.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { useRight, useSession } from '../session/session.tsx';
import { deleteExploration, readExplorations, type SavedQuery } from './exploration-api.ts';
import { exploreMessages } from './messages.ts';

/** Queries that were saved: one's own, and those that others share. */
export function Component() {
  const t = useMessages(exploreMessages);
  const formats = useFormats();
  const api = useApi();
  const pages = usePages({
    name: ['explorations', 'queries'],
    read: (cursor, signal) => readExplorations(api, 'queries', cursor, signal),
  });
  const explore = (
    <Button component={Link} to="/explore">
      {t.toExplore}
    </Button>
  );
  return (
    <>
      <PageTitle title={t.savedQueries} note={t.savedNote}>
        {explore}
      </PageTitle>
      <PagedList
        pages={pages}
        empty={
          <Empty title={t.noSaved} action={explore}>
            {t.noSavedHelp}
          </Empty>
        }
      >
        {(items) => (
          <ListTable
            caption={t.savedCaption}
            items={items}
            keyOf={({ id }) => id}
            columns={[
              {
                key: 'name',
                label: t.queryName,
                cell: ({ id, name }) => (
                  <Anchor component={Link} to={`/explore?query=${encodeURIComponent(id)}`} fw={600}>
                    {name}
                  </Anchor>
                ),
              },
              { key: 'owner', label: t.owner, cell: ({ owner }) => owner ?? t.nobody },
              { key: 'shared', label: t.shared, cell: ({ shared }) => (shared ? t.yes : t.no) },
              { key: 'changed', label: t.changed, cell: ({ updatedAt }) => formats.time(updatedAt) },
              { key: 'remove', label: t.remove, align: 'end', cell: (query) => <RemoveQuery query={query} /> },
            ]}
          />
        )}
      </PagedList>
    </>
  );
}

function RemoveQuery({ query: { id, name, owner } }: { readonly query: SavedQuery }) {
  const t = useMessages(exploreMessages);
  const api = useApi();
  const queries = useQueryClient();
  const { user } = useSession();
  const may_save = useRight('save-explorations');
  const remove = useMutation({
    mutationFn: () => deleteExploration(api, 'queries', id),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['explorations', 'queries'] }),
  });
  if (!may_save || (owner !== user.email && user.role !== 'admin')) return null;
  return (
    <Confirm
      size="xs"
      label={t.remove}
      title={t.removeTitle}
      error={remove.error}
      busy={remove.isPending}
      act={() => remove.mutate()}
    >
      {t.removeText(name)}
    </Confirm>
  );
}
