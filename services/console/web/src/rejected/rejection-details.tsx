import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { Link } from 'react-router';
import { CopyText } from '../elements/copy-text.tsx';
import { Facts } from '../elements/facts.tsx';
import { eventPath } from '../events/event-api.ts';
import { useFormats, useMessages } from '../language/language.tsx';
import { rejectedMessages } from './messages.ts';
import type { Rejection, Replay } from './rejected-api.ts';

/** How much of the original bytes a list shows. */
const SHOWN_BYTES = 8192;

interface RejectionDetailsProps {
  readonly rejection: Rejection;
  readonly outcome: Replay | null;
  readonly busy: boolean;
  /** Null for who may not. */
  readonly replay: ((id: string) => void) | null;
}

/** A rejected event: its faults, its original bytes, and its replay. */
export function RejectionDetails({ rejection, outcome, busy, replay }: RejectionDetailsProps) {
  const t = useMessages(rejectedMessages);
  const formats = useFormats();
  const outcomeWords = useOutcomeWords();
  const { rejection_id, source, message, field, message_id, via, original, original_bytes, replayed_at } = rejection;
  return (
    <Stack gap="sm">
      <Facts
        of={[
          [t.message, message],
          [t.field, field],
          [
            t.messageId,
            message_id === null ? null : (
              <Anchor component={Link} to={eventPath(message_id, source)} aria-label={`${t.follow}: ${message_id}`}>
                {message_id}
              </Anchor>
            ),
          ],
          [t.via, via === 'http' ? 'HTTP' : 'Kafka'],
          [t.length, original_bytes === null ? null : formats.bytes(original_bytes)],
          [t.replayedAt, replayed_at === null ? null : formats.time(replayed_at)],
        ]}
      />
      {original === null || original === '' ? (
        <Text size="sm" c="dimmed">
          {t.noOriginal}
        </Text>
      ) : (
        <CopyText label={t.original} text={original} />
      )}
      {original_bytes === null || original_bytes <= SHOWN_BYTES ? null : (
        <Text size="sm" c="dimmed">
          {t.cut(formats.bytes(SHOWN_BYTES))}
        </Text>
      )}
      {outcome === null ? null : (
        <Text size="sm" role="status">
          {outcomeWords(outcome)}
          {outcome.message === null ? null : ` ${outcome.message}`}
        </Text>
      )}
      {replay === null || replayed_at !== null ? null : (
        <Group>
          <Button size="xs" variant="default" loading={busy} onClick={() => replay(rejection_id)}>
            {t.replay}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

/** Says what became of one replay. */
export function useOutcomeWords(): (replay: Replay) => string {
  const t = useMessages(rejectedMessages);
  return ({ state, reason }) => {
    if (state === 'rejected') return t.outcome_rejected(reason ?? '–');
    return t[`outcome_${state}`];
  };
}
