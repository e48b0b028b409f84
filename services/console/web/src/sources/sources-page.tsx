import { pathOf } from '../api/api.ts';
import { useApi } from '../api/api-context.tsx';
import { useList } from '../api/use-list.ts';
import { nameColumn, stateColumn } from '../elements/resource-columns.tsx';
import { ResourceListPage } from '../elements/resource-list.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { useRight } from '../session/session.tsx';
import { sourceMessages } from './messages.ts';
import { readSources } from './source-api.ts';

/** All sources. */
export function SourcesPage() {
  const t = useMessages(sourceMessages);
  const formats = useFormats();
  const mayChange = useRight('ingestion:write');
  const api = useApi();
  const list = useList({
    name: ['sources'],
    read: (cursor, signal) => readSources(api, cursor, signal),
    textOf: ({ key, name }) => `${name} ${key}`,
    sorts: { name: ({ name }) => name, key: ({ key }) => key, state: ({ enabled }) => Number(enabled) },
  });
  return (
    <ResourceListPage
      title={t.title}
      note={t.note}
      caption={t.caption}
      list={list}
      keyOf={({ key }) => key}
      create={mayChange ? { label: t.add, to: '/sources/new' } : null}
      empty={{ title: t.none, help: mayChange ? t.noneHelp : t.noneViewer }}
      columns={[
        nameColumn(t.name, ({ key }) => pathOf`/sources/${key}`),
        { key: 'key', label: t.key, code: true, cell: ({ key }) => key },
        stateColumn(t),
        {
          key: 'limits',
          label: t.limits,
          cell: ({ max_event_bytes, max_batch_bytes }) =>
            t.limitsText(formats.bytes(max_event_bytes), formats.bytes(max_batch_bytes)),
        },
      ]}
    />
  );
}
