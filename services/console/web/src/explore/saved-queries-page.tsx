import { Anchor } from '@mantine/core';
import { Link } from 'react-router';
import { useApi } from '../api/api-context.tsx';
import { useList } from '../api/use-list.ts';
import { RemoveButton } from '../elements/remove-button.tsx';
import { ResourceListPage } from '../elements/resource-list.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { mayChange, useSession } from '../session/session.tsx';
import { deleteExploration, readExplorations, type SavedQuery } from './exploration-api.ts';
import { exploreMessages } from './messages.ts';

/** Queries that were saved: one's own, and those that others share. */
export function SavedQueriesPage() {
  const t = useMessages(exploreMessages);
  const formats = useFormats();
  const api = useApi();
  const list = useList({
    name: ['explorations', 'queries'],
    read: (cursor, signal) => readExplorations(api, 'queries', cursor, signal),
    textOf: ({ name, owner, content }) => `${name} ${owner ?? ''} ${content.sql}`,
    sorts: { name: ({ name }) => name, owner: ({ owner }) => owner, changed: ({ updated_at }) => updated_at },
  });
  return (
    <ResourceListPage
      title={t.savedQueries}
      note={t.savedNote}
      caption={t.savedCaption}
      list={list}
      keyOf={({ id }) => id}
      create={{ label: t.toExplore, to: '/explore' }}
      empty={{ title: t.noSaved, help: t.noSavedHelp }}
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
        { key: 'owner', label: t.owner, code: true, cell: ({ owner }) => owner ?? t.nobody },
        { key: 'shared', label: t.shared, cell: ({ shared }) => (shared ? t.yes : t.no) },
        { key: 'changed', label: t.changed, cell: ({ updated_at }) => formats.time(updated_at) },
        { key: 'remove', label: t.remove, align: 'end', cell: (query) => <RemoveQuery query={query} /> },
      ]}
    />
  );
}

function RemoveQuery({ query: { id, name, owner } }: { readonly query: SavedQuery }) {
  const t = useMessages(exploreMessages);
  const api = useApi();
  if (!mayChange(useSession(), owner)) return null;
  return (
    <RemoveButton
      size="xs"
      label={t.remove}
      title={t.removeTitle}
      list={['explorations', 'queries']}
      remove={() => deleteExploration(api, 'queries', id)}
    >
      {t.removeText(name)}
    </RemoveButton>
  );
}
