import { useState } from 'react';
import { PageTitle } from '../elements/page-title.tsx';
import { useMessages } from '../language/language.tsx';
import { countingIds, newGroup, newLeaf } from './domain/draft.ts';
import { blankOf } from './domain/leaf-kinds.ts';
import { segmentMessages } from './messages.ts';
import { SegmentForm } from './segment-form.tsx';

/** Makes a segment. */
export function NewSegmentPage() {
  const t = useMessages(segmentMessages);
  const [start] = useState(() => {
    const newId = countingIds();
    return { newId, draft: newGroup(newId, 'all', [newLeaf(newId, blankOf('event'))]) };
  });
  return (
    <>
      <PageTitle title={t.newTitle} note={t.note} />
      <SegmentForm existing={null} draft={start.draft} newId={start.newId} />
    </>
  );
}
