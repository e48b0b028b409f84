import { Text } from '@mantine/core';
import { useApi } from '../api/api-context.tsx';
import { usePages } from '../api/use-pages.ts';
import { Empty } from '../elements/empty.tsx';
import { type Column, ListTable } from '../elements/list-table.tsx';
import { PagedList } from '../elements/paged-list.tsx';
import { PageTitle } from '../elements/page-title.tsx';
import { useStageName } from '../elements/stage-name.ts';
import { useFilter } from '../elements/use-filter.ts';
import { useFormats, useMessages } from '../language/language.tsx';
import { type AuditEntry, readAudit } from './audit-api.ts';
import { ADDRESS_FIELDS, type AuditQuery, queryOf, TYPED_FIELDS } from './audit-filter.ts';
import { EntryDetails } from './entry-details.tsx';
import { FilterForm } from './filter-form.tsx';
import { DownloadFile } from './download-file.tsx';
import { auditMessages } from './messages.ts';
import { reasonWords, whatWords, whoWords } from './sentence.ts';

/** Who changed what, signed in or was refused. */
export function AuditPage() {
  const t = useMessages(auditMessages);
  const { zone } = useFormats();
  const filter = useFilter(ADDRESS_FIELDS, TYPED_FIELDS);
  const query = queryOf(filter.valueOf, zone);
  return (
    <>
      <PageTitle title={t.title} note={t.note}>
        <DownloadFile query={query} />
      </PageTitle>
      <FilterForm filter={filter} />
      <Entries query={query} isFiltered={filter.isGiven} />
    </>
  );
}

function Entries({ query, isFiltered }: { readonly query: AuditQuery; readonly isFiltered: boolean }) {
  const t = useMessages(auditMessages);
  const api = useApi();
  const columns = useColumns();
  const pages = usePages({
    name: ['audit', query.q, query.who, query.what, query.target, query.address, query.from, query.to],
    read: (cursor, signal) => readAudit(api, query, cursor, signal),
  });
  const empty = isFiltered ? (
    <Empty title={t.noneFits}>{t.noneFitsHelp}</Empty>
  ) : (
    <Empty title={t.none}>{t.noneHelp}</Empty>
  );
  return (
    <PagedList pages={pages} byTime empty={pages.older === null ? empty : <NoneHere />}>
      {(items) =>
        items.length === 0 ? (
          <NoneHere />
        ) : (
          <ListTable
            caption={t.caption}
            items={items}
            keyOf={({ id }) => id}
            columns={columns}
            details={(entry) => <EntryDetails entry={entry} />}
          />
        )
      }
    </PagedList>
  );
}

/** A search looks at a bounded number of entries at once: it may find none among them, and go on. */
function NoneHere() {
  const t = useMessages(auditMessages);
  return <Empty title={t.noneHere}>{t.noneHereHelp}</Empty>;
}

function useColumns(): readonly Column<AuditEntry>[] {
  const t = useMessages(auditMessages);
  const formats = useFormats();
  const stageName = useStageName();
  return [
    { key: 'when', label: t.when, cell: ({ when }) => formats.time(when) },
    { key: 'who', label: t.who, code: true, cell: ({ who }) => whoWords(who, t) },
    {
      key: 'what',
      label: t.what,
      cell: (entry) => (
        <span>
          {whatWords(entry, t, stageName)}
          {entry.reason === null ? null : (
            <Text size="sm" c="dimmed" span display="block">
              {[reasonWords(entry.reason, t), ...(entry.count > 1 ? [t.times(entry.count)] : [])].join(' · ')}
            </Text>
          )}
        </span>
      ),
    },
    { key: 'from', label: t.from, code: true, cell: ({ address }) => address ?? '–' },
  ];
}
