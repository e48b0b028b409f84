import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../api/api-context.tsx';
import { readDestinations } from '../destinations/destination-api.ts';
import { Fault } from '../elements/fault.tsx';
import { Loading } from '../elements/loading.tsx';
import { elementMessages } from '../elements/messages.ts';
import { useFormats, useMessages } from '../language/language.tsx';
import { readAll } from '../api/use-pages.ts';
import type { Condition } from './domain/condition.ts';
import { isBuildable } from './domain/is-buildable.ts';
import { memberFate } from './domain/member-fate.ts';
import { segmentMessages } from './messages.ts';
import { readSegment, readSegments, type Segment } from './segment-api.ts';

interface SaveQuestionProps {
  readonly segment: Segment;
  readonly condition: Condition;
  readonly error: Error | null;
  readonly busy: boolean;
  save(): void;
  close(): void;
}

/**
 * Shows before a segment is changed who stays, enters and leaves, as far as that is known, and which destinations get
 * the changes.
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
  readonly fate: ReturnType<typeof memberFate>;
  /** Keys of the destinations that get the changes. */
  readonly receivers: readonly string[];
}

function Consequences({ of: { members, fate, receivers } }: { readonly of: Known }) {
  const t = useMessages(segmentMessages);
  const { list } = useFormats();
  return (
    <>
      <Text>{t[`fate_${fate}`](members)}</Text>
      <Text>{receivers.length === 0 ? t.noReceivers : t.receivers(list(receivers))}</Text>
    </>
  );
}

function useConsequences(key: string, condition: Condition) {
  const api = useApi();
  return useQuery({
    queryKey: ['segment-consequences', key, condition],
    queryFn: async ({ signal }): Promise<Known> => {
      const [now, segments, destinations] = await Promise.all([
        readSegment(api, key, signal),
        readAll((cursor) => readSegments(api, cursor, signal)),
        readAll((cursor) => readDestinations(api, cursor, signal)),
      ]);
      const known = segments.map((segment) => segment.condition).filter(isBuildable);
      const receivers = destinations.filter(
        ({ enabled, segments: wanted }) => enabled && (wanted === 'all' || wanted.includes(key)),
      );
      return {
        members: now.members,
        fate: memberFate(condition, known),
        receivers: receivers.map((destination) => destination.key),
      };
    },
    gcTime: 0,
    staleTime: 0,
  });
}
