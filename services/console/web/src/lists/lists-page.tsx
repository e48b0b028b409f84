import { pathOf } from '../api/api.ts';
import { useApi } from '../api/api-context.tsx';
import { useList } from '../api/use-list.ts';
import { nameColumn } from '../elements/resource-columns.tsx';
import { ResourceListPage } from '../elements/resource-list.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { useRight } from '../session/session.tsx';
import { readLists } from './list-api.ts';
import { listMessages } from './messages.ts';

/** All static lists. */
export function ListsPage() {
  const t = useMessages(listMessages);
  const formats = useFormats();
  const mayChange = useRight('ingestion:write');
  const api = useApi();
  const list = useList({
    name: ['lists'],
    read: (cursor, signal) => readLists(api, cursor, signal),
    textOf: ({ key, name }) => `${name} ${key}`,
    sorts: { name: ({ name }) => name, key: ({ key }) => key, created: ({ created_at }) => created_at },
  });
  return (
    <ResourceListPage
      title={t.title}
      note={t.note}
      caption={t.title}
      list={list}
      keyOf={({ key }) => key}
      create={mayChange ? { label: t.create, to: '/lists/new' } : null}
      empty={{ title: t.none, help: mayChange ? t.noneHelp : t.noneViewer }}
      columns={[
        nameColumn(t.name, ({ key }) => pathOf`/lists/${key}`),
        { key: 'key', label: t.key, code: true, cell: ({ key }) => key },
        { key: 'created', label: t.created, cell: ({ created_at }) => formats.time(created_at) },
      ]}
    />
  );
}
