import type { Condition } from '@hilo/behaviour/version-2/language';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../api/api-context.tsx';
import { readDestinations } from '../destinations/destination-api.ts';
import { Fault } from '../elements/fault.tsx';
import { Loading } from '../elements/loading.tsx';
import { elementMessages } from '../elements/messages.ts';
import { useFormats, useMessages } from '../language/language.tsx';
import { readAll } from '../api/use-pages.ts';
import { segmentMessages } from './messages.ts';
import { previewMessages } from './preview/messages.ts';
import { readPreview } from './preview/preview-api.ts';
import { readSegment, type Segment } from './segment-api.ts';

interface SaveQuestionProps {
  readonly segment: Segment;
  readonly condition: Condition;
  readonly error: Error | null;
  readonly busy: boolean;
  save(): void;
  close(): void;
}

/**
 * Shows before a segment is changed how many stay, enter and leave, and which destinations get the changes.
 */
export function SaveQuestion({ segment, condition, error, busy, save, close }: SaveQuestionProps) {
  const t = useMessages(segmentMessages);
  const words = useMessages(elementMessages);
  const { data, error: unread } = useConsequences(segment.key, condition);
  return (
    <Modal opened onClose={close} title={t.saveTitle(segment.name)} closeButtonProps={{ 'aria-label': words.close }}>
      <Stack gap="md">
        {error === null ? null : <Fault error={error} />}
        {data === undefined ? unread === null && <Loading lines={2} /> : <Consequences of={data} />}
        {unread === null ? null : <Text>{t.consequencesUnknown}</Text>}
        <Group justify="flex-end">
          <Button variant="default" onClick={close} data-autofocus>
            {words.cancel}
          </Button>
          <Button color="red" loading={busy} disabled={data === undefined && unread === null} onClick={save}>
            {t.saveAnyway}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

interface Known {
  readonly members: number;
  readonly stay: number;
  readonly enter: number;
  /** Keys of the destinations that get these changes, and of those that only get later ones. */
  readonly receivers: readonly string[];
  readonly others: readonly string[];
}

function Consequences({ of: { members, stay, enter, receivers, others } }: { readonly of: Known }) {
  const t = useMessages(segmentMessages);
  const words = useMessages(previewMessages);
  const { count, list } = useFormats();
  return (
    <>
      <Text>{words.fate(members, count(stay), count(Math.max(0, members - stay)), count(enter))}</Text>
      <Text size="sm" c="dimmed">
        {words.fateNote}
      </Text>
      <Text>{receivers.length === 0 ? t.noReceivers : t.receivers(list(receivers))}</Text>
      {others.length === 0 ? null : <Text>{t.laterReceivers(list(others))}</Text>}
    </>
  );
}

function useConsequences(key: string, condition: Condition) {
  const api = useApi();
  return useQuery({
    queryKey: ['segment-consequences', key, condition],
    queryFn: async ({ signal }): Promise<Known> => {
      const [now, preview, destinations] = await Promise.all([
        readSegment(api, key, signal),
        readPreview(api, condition, key, signal),
        readAll((cursor) => readDestinations(api, cursor, signal)),
      ]);
      const stay = preview.overlap.find(({ segment }) => segment === key)?.both ?? 0;
      const using = destinations.filter(
        ({ enabled, segments: wanted }) => enabled && (wanted === 'all' || wanted.includes(key)),
      );
      return {
        members: now.members,
        stay,
        enter: preview.size - stay,
        receivers: using.filter(({ backfilled }) => backfilled).map((destination) => destination.key),
        others: using.filter(({ backfilled }) => !backfilled).map((destination) => destination.key),
      };
    },
    gcTime: 0,
    staleTime: 0,
  });
}
