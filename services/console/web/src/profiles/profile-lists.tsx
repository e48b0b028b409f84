import { useApi } from '../api/api-context.tsx';
import { useStir } from '../api/polling.ts';
import { usePages } from '../api/use-pages.ts';
import { Empty } from '../elements/empty.tsx';
import { PagedTable } from '../elements/paged-table.tsx';
import { valueText } from '../elements/json-text.tsx';
import { SegmentLink } from '../elements/links.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { Why } from '../segments/why/why.tsx';
import { profileMessages } from './messages.ts';
import { readExternalIds, readProfileSegments, readTraits } from './profile-api.ts';

interface OfProfile {
  /** Id of the profile. */
  readonly id: string;
}

/** What identifies the person. */
export function IdentifierList({ id }: OfProfile) {
  const t = useMessages(profileMessages);
  const formats = useFormats();
  const api = useApi();
  const pages = usePages({
    name: ['profile', id, 'external_ids'],
    read: (next, signal) => readExternalIds(api, id, next, signal),
    poll: 'followed',
  });
  return (
    <PagedTable
      pages={pages}
      empty={<Empty title={t.noIdentifiers}>{null}</Empty>}
      caption={t.identifiersCaption}
      keyOf={({ type, id }) => `${type}:${id}`}
      columns={[
        { key: 'type', label: t.type, cell: ({ type }) => type },
        { key: 'id', label: t.value, cell: ({ id }) => id },
        { key: 'source', label: t.source, cell: ({ source_id }) => source_id ?? '–' },
        { key: 'linked', label: t.linked, cell: ({ created_at }) => timeOr(created_at, formats.time) },
      ]}
    />
  );
}

/** What is known of the person. */
export function TraitList({ id }: OfProfile) {
  const t = useMessages(profileMessages);
  const formats = useFormats();
  const api = useApi();
  const pages = usePages({
    name: ['profile', id, 'traits'],
    read: (next, signal) => readTraits(api, id, next, signal),
    poll: 'followed',
  });
  return (
    <PagedTable
      pages={pages}
      empty={<Empty title={t.noTraits}>{t.noTraitsHelp}</Empty>}
      caption={t.traitsCaption}
      keyOf={({ name }) => name}
      columns={[
        { key: 'name', label: t.trait, cell: ({ name }) => name },
        { key: 'value', label: t.value, cell: ({ value }) => valueText(value) },
        { key: 'source', label: t.source, cell: ({ source_id }) => source_id ?? '–' },
        { key: 'updated', label: t.updated, cell: ({ updated_at }) => timeOr(updated_at, formats.time) },
      ]}
    />
  );
}

/** Segments that the person is in. */
export function SegmentList({ id, profile_id }: OfProfile & { readonly profile_id: string }) {
  const t = useMessages(profileMessages);
  const formats = useFormats();
  const api = useApi();
  const pages = usePages({
    name: ['profile', id, 'segments'],
    read: (next, signal) => readProfileSegments(api, id, next, signal),
    poll: 'watched',
  });
  // Nobody announces an exit by time: it is seen here first.
  useStir(pages.items, ['profile', id], ['deliveries']);
  return (
    <PagedTable
      pages={pages}
      empty={<Empty title={t.noSegments}>{t.noSegmentsHelp}</Empty>}
      caption={t.segmentsCaption}
      keyOf={({ segment }) => segment}
      details={({ segment }) => <Why segment={segment} profile={profile_id} />}
      columns={[
        { key: 'segment', label: t.segment, cell: ({ segment }) => <SegmentLink segment={segment} /> },
        { key: 'since', label: t.since, cell: ({ since }) => timeOr(since, formats.time) },
      ]}
    />
  );
}

function timeOr(iso: string | null, format: (iso: string) => string): string {
  return iso === null ? '–' : format(iso);
}
