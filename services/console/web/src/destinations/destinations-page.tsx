import { pathOf } from '../api/api.ts';
import { useApi } from '../api/api-context.tsx';
import { useList } from '../api/use-list.ts';
import { nameColumn, stateColumn } from '../elements/resource-columns.tsx';
import { ResourceListPage } from '../elements/resource-list.tsx';
import { useFormats, useLanguage, useMessages } from '../language/language.tsx';
import { useRight } from '../session/session.tsx';
import { type Destination, readDestinations } from './destination-api.ts';
import { destinationMessages } from './messages.ts';
import { leadsTo, typeWords } from './type-words.ts';
import { useTypes } from './use-types.ts';

/** All destinations. */
export function DestinationsPage() {
  const t = useMessages(destinationMessages);
  const formats = useFormats();
  const { language } = useLanguage();
  const mayChange = useRight('activation:write');
  const api = useApi();
  const { data: types = [] } = useTypes();
  const typeOf = ({ type }: Destination) => types.find(({ key }) => key === type);
  const titleOf = (destination: Destination) => {
    const type = typeOf(destination);
    return type === undefined ? destination.type : typeWords(type, language).title;
  };
  const placeOf = (destination: Destination) => leadsTo(typeOf(destination), destination.settings);
  const segmentsOf = ({ segments }: Destination) => (segments === 'all' ? t.allSegments : formats.list(segments));
  const list = useList({
    name: ['destinations'],
    read: (cursor, signal) => readDestinations(api, cursor, signal),
    textOf: (one) => [one.name, one.key, titleOf(one), placeOf(one), segmentsOf(one)].join(' '),
    sorts: {
      name: ({ name }) => name,
      key: ({ key }) => key,
      type: titleOf,
      leadsTo: placeOf,
      state: ({ enabled }) => Number(enabled),
      changed: ({ updated_at }) => updated_at,
    },
  });
  return (
    <ResourceListPage
      title={t.title}
      note={t.note}
      caption={t.caption}
      list={list}
      keyOf={({ key }) => key}
      create={mayChange ? { label: t.add, to: '/destinations/new' } : null}
      empty={{ title: t.none, help: mayChange ? t.noneHelp : t.noneViewer }}
      columns={[
        nameColumn(t.name, ({ key }) => pathOf`/destinations/${key}`),
        { key: 'key', label: t.key, code: true, cell: ({ key }) => key },
        { key: 'type', label: t.type, cell: titleOf },
        { key: 'leadsTo', label: t.leadsTo, code: true, cell: placeOf },
        { key: 'segments', label: t.segments, cell: segmentsOf },
        stateColumn(t),
        { key: 'changed', label: t.changed, cell: ({ updated_at }) => formats.time(updated_at) },
      ]}
    />
  );
}
