import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useParams } from 'react-router';
import { useApi } from '../api/api-context.tsx';
import { ResourcePage } from '../elements/resource-page.tsx';
import { useMessages } from '../language/language.tsx';
import { countingIds, draftOf } from './domain/draft.ts';
import { segmentMessages } from './messages.ts';
import { readSegment, type Segment } from './segment-api.ts';
import { SegmentForm } from './segment-form.tsx';

/** Changes a segment. */
export function EditSegmentPage() {
  const t = useMessages(segmentMessages);
  const api = useApi();
  const { key = '' } = useParams();
  const query = useQuery({
    // Separate from the detail page's query: the edited data must not change while somebody edits it.
    queryKey: ['segment-to-edit', key],
    queryFn: ({ signal }) => readSegment(api, key, signal),
    staleTime: Infinity,
    gcTime: 0,
    refetchOnReconnect: false,
  });
  return (
    <ResourcePage query={query} title={t.editTitle(query.data?.name ?? key)} note={t.editHelp}>
      {(segment) => <EditForm segment={segment} />}
    </ResourcePage>
  );
}

function EditForm({ segment }: { readonly segment: Segment }) {
  const start = useMemo(() => {
    const newId = countingIds();
    return { newId, draft: draftOf(segment.condition, newId) };
  }, [segment]);
  return <SegmentForm existing={segment} draft={start.draft} newId={start.newId} />;
}
