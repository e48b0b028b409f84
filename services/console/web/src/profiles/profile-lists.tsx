import { Anchor } from '@mantine/core';
import { Link } from 'react-router';
import { pathOf } from '../api/api.ts';
import { useApi } from '../api/api-context.tsx';
import { useStir } from '../api/polling.ts';
import { usePages } from '../api/use-pages.ts';
import { Empty } from '../elements/empty.tsx';
import { ListTable } from '../elements/list-table.tsx';
import { PagedList } from '../elements/paged-list.tsx';
import { valueText } from '../elements/json-text.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { profileMessages } from './messages.ts';
import { readExternalIds, readProfileSegments, readTraits } from './profile-api.ts';

interface OfProfile {
  readonly identifier: string;
}

/** What identifies the person. */
export function IdentifierList({ identifier }: OfProfile) {
  const t = useMessages(profileMessages);
  const formats = useFormats();
  const api = useApi();
  const pages = usePages({
    name: ['profile', identifier, 'external_ids'],
    read: (next, signal) => readExternalIds(api, identifier, next, signal),
    poll: 'followed',
  });
  return (
    <PagedList pages={pages} empty={<Empty title={t.noIdentifiers}>{null}</Empty>}>
      {(items) => (
        <ListTable
          caption={t.identifiersCaption}
          items={items}
          keyOf={({ type, id }) => `${type}:${id}`}
          columns={[
            { key: 'type', label: t.type, cell: ({ type }) => type },
            { key: 'id', label: t.value, cell: ({ id }) => id },
            { key: 'source', label: t.source, cell: ({ source_id }) => source_id ?? '–' },
            { key: 'linked', label: t.linked, cell: ({ created_at }) => timeOr(created_at, formats.time) },
          ]}
        />
      )}
    </PagedList>
  );
}

/** What is known of the person. */
export function TraitList({ identifier }: OfProfile) {
  const t = useMessages(profileMessages);
  const formats = useFormats();
  const api = useApi();
  const pages = usePages({
    name: ['profile', identifier, 'traits'],
    read: (next, signal) => readTraits(api, identifier, next, signal),
    poll: 'followed',
  });
  return (
    <PagedList pages={pages} empty={<Empty title={t.noTraits}>{t.noTraitsHelp}</Empty>}>
      {(items) => (
        <ListTable
          caption={t.traitsCaption}
          items={items}
          keyOf={({ name }) => name}
          columns={[
            { key: 'name', label: t.trait, cell: ({ name }) => name },
            { key: 'value', label: t.value, cell: ({ value }) => valueText(value) },
            { key: 'source', label: t.source, cell: ({ source_id }) => source_id ?? '–' },
            { key: 'updated', label: t.updated, cell: ({ updated_at }) => timeOr(updated_at, formats.time) },
          ]}
        />
      )}
    </PagedList>
  );
}

/** Segments that the person is in. */
export function SegmentList({ identifier }: OfProfile) {
  const t = useMessages(profileMessages);
  const formats = useFormats();
  const api = useApi();
  const pages = usePages({
    name: ['profile', identifier, 'segments'],
    read: (next, signal) => readProfileSegments(api, identifier, next, signal),
    poll: 'watched',
  });
  // Nobody announces an exit by time: it is seen here first.
  useStir(pages.items, ['profile', identifier], ['deliveries']);
  return (
    <PagedList pages={pages} empty={<Empty title={t.noSegments}>{t.noSegmentsHelp}</Empty>}>
      {(items) => (
        <ListTable
          caption={t.segmentsCaption}
          items={items}
          keyOf={({ segment }) => segment}
          columns={[
            {
              key: 'segment',
              label: t.segment,
              cell: ({ segment }) => (
                <Anchor component={Link} to={pathOf`/segments/${segment}`}>
                  {segment}
                </Anchor>
              ),
            },
            { key: 'since', label: t.since, cell: ({ since }) => timeOr(since, formats.time) },
          ]}
        />
      )}
    </PagedList>
  );
}

function timeOr(iso: string | null, format: (iso: string) => string): string {
  return iso === null ? '–' : format(iso);
}
