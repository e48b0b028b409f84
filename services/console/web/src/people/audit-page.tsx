import { SimpleGrid, Text } from '@mantine/core';
import { useApi } from '../api/api-context.tsx';
import { usePages } from '../api/use-pages.ts';
import { Empty } from '../elements/empty.tsx';
import { JsonText } from '../elements/json-text.tsx';
import { ListTable } from '../elements/list-table.tsx';
import { PagedList } from '../elements/paged-list.tsx';
import { PageTitle } from '../elements/page-title.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { peopleMessages } from './messages.ts';
import { type AuditEntry, readAudit } from './people-api.ts';

/** Who made the first administrator, as the log has it. */
const FIRST_START = 'the first start';

/** Who changed what. */
export function AuditPage() {
  const t = useMessages(peopleMessages);
  const formats = useFormats();
  const api = useApi();
  const pages = usePages({ name: ['audit'], read: (cursor, signal) => readAudit(api, cursor, signal) });
  const verbs: Readonly<Record<AuditEntry['what'], string>> = {
    created: t.created,
    changed: t.changedVerb,
    deleted: t.deleted,
    ran: t.ran,
  };
  return (
    <>
      <PageTitle title={t.auditTitle} note={t.auditNote} />
      <PagedList pages={pages} byTime empty={<Empty title={t.noAudit}>{t.noAuditHelp}</Empty>}>
        {(items) => (
          <ListTable
            caption={t.auditCaption}
            items={items}
            keyOf={({ id }) => id}
            columns={[
              { key: 'when', label: t.when, cell: ({ when }) => formats.time(when) },
              {
                key: 'who',
                label: t.who,
                code: true,
                cell: ({ who }) => (who === FIRST_START ? t.system : who),
              },
              { key: 'what', label: t.what, cell: ({ what }) => verbs[what] },
              { key: 'target', label: t.target, code: true, cell: ({ target }) => target },
            ]}
            details={(entry) => <BeforeAndAfter entry={entry} />}
          />
        )}
      </PagedList>
    </>
  );
}

function BeforeAndAfter({ entry: { before, after } }: { readonly entry: AuditEntry }) {
  const t = useMessages(peopleMessages);
  const sides = [
    [t.before, before, t.nothing],
    [t.after, after, t.gone],
  ] as const;
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      {sides.map(([label, value, none]) => (
        <div key={label}>
          <Text size="sm" fw={600}>
            {label}
          </Text>
          {value === null ? <Text size="sm">{none}</Text> : <JsonText label={label} value={value} />}
        </div>
      ))}
    </SimpleGrid>
  );
}
