import type { Condition } from '@hilo/behaviour/version-2/language';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { useApi } from '../api/api-context.tsx';
import { PageTitle } from '../elements/page-title.tsx';
import { ResourcePage } from '../elements/resource-page.tsx';
import { useMessages } from '../language/language.tsx';
import { countingIds, type Draft, draftOf, type NewId, newGroup, newLeaf } from './domain/draft.ts';
import { blankOf } from './domain/leaf-kinds.ts';
import { segmentMessages } from './messages.ts';
import { readSegment } from './segment-api.ts';
import { SegmentForm } from './segment-form.tsx';
import { TemplateGallery } from './templates/template-gallery.tsx';

/** What a new segment begins with. */
interface Start {
  /** Another one for each template, so that the form begins anew. */
  readonly id: number;
  readonly name: string;
  readonly draft: Draft;
  readonly newId: NewId;
}

/** Makes a segment: from nothing, from a template, like the one that the address names, or of the static list that it names. */
export function NewSegmentPage() {
  const t = useMessages(segmentMessages);
  const [parameters] = useSearchParams();
  const [from, list] = [parameters.get('from'), parameters.get('list')];
  if (from !== null) return <Copy key={from} of={from} />;
  return (
    <>
      <PageTitle title={t.newTitle} note={t.note} />
      <New key={list} begin={() => (list === null ? emptyStart() : startOf({ list }, '', 0))} />
    </>
  );
}

/** A new segment like an existing one. */
function Copy({ of: key }: { readonly of: string }) {
  const t = useMessages(segmentMessages);
  const api = useApi();
  const query = useQuery({
    // The copy must not change while somebody edits it.
    queryKey: ['segment-to-edit', key],
    queryFn: ({ signal }) => readSegment(api, key, signal),
    staleTime: Infinity,
    gcTime: 0,
    refetchOnReconnect: false,
  });
  return (
    <ResourcePage query={query} title={t.newTitle} note={t.note}>
      {({ name, condition }) => <New begin={() => startOf(condition, t.copyOf(name), 0)} />}
    </ResourcePage>
  );
}

function New({ begin }: { begin(): Start }) {
  const [start, setStart] = useState(begin);
  return (
    <>
      <TemplateGallery use={(condition, name) => setStart(startOf(condition, name, start.id + 1))} />
      <SegmentForm key={start.id} existing={null} name={start.name} draft={start.draft} newId={start.newId} />
    </>
  );
}

function startOf(condition: Condition, name: string, id: number): Start {
  const newId = countingIds();
  return { id, name, draft: draftOf(condition, newId), newId };
}

function emptyStart(): Start {
  const newId = countingIds();
  return { id: 0, name: '', newId, draft: newGroup(newId, 'all', [newLeaf(newId, blankOf('event'))]) };
}
