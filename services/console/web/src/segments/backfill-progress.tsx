import { Button, Group } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useApi } from '../api/api-context.tsx';
import { polling } from '../api/polling.ts';
import { StateMark } from '../elements/state-mark.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { useRight } from '../session/session.tsx';
import { segmentMessages } from './messages.ts';
import { type Backfill, includePast, readBackfill, type Segment } from './segment-api.ts';

/** How far a segment that is not in force yet is: its past is looked up, or its definition is on its way. */
export function BackfillProgress({ segment }: { readonly segment: string }) {
  const api = useApi();
  const words = useProgressWords();
  const { data } = useQuery({
    queryKey: ['segment-backfill', segment],
    queryFn: ({ signal }) => readBackfill(api, segment, signal),
    refetchInterval: polling('watched'),
  });
  return (
    <div className="section" role="status">
      <StateMark mood="waiting">{words(data)}</StateMark>
    </div>
  );
}

function useProgressWords(): (backfill: Backfill | undefined) => string {
  const t = useMessages(segmentMessages);
  const formats = useFormats();
  return (backfill) => {
    switch (backfill?.phase) {
      case 'declared':
      case 'cutting':
        return t.backfillWaits;
      case 'reading':
        return t.backfillReads(formats.count(backfill.events.read), formats.count(backfill.events.of ?? 0));
      case 'settling':
      case 'switching':
        return t.backfillEnds;
      default:
        return t.publishing;
    }
  };
}

/** Since when a segment of an earlier release counts events, and a way to include those before. */
export function CountsSince({ segment: { key, events_counted_from } }: { readonly segment: Segment }) {
  const t = useMessages(segmentMessages);
  const formats = useFormats();
  const api = useApi();
  const queries = useQueryClient();
  const mayChange = useRight('segmentation:write');
  const include = useMutation({
    mutationFn: () => includePast(api, key),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['segment', key] }),
  });
  return (
    <Group gap="sm">
      {t.countsSince(formats.time(events_counted_from ?? ''))}
      {mayChange ? (
        <Button size="xs" variant="default" loading={include.isPending} onClick={() => include.mutate()}>
          {t.includePast}
        </Button>
      ) : null}
    </Group>
  );
}
