import { Button, Checkbox, Group, Paper, Stack, Text } from '@mantine/core';
import { tallyOf } from '../elements/selection.ts';
import { StateMark } from '../elements/state-mark.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import type { Retry } from './destination-api.ts';
import { destinationMessages } from './messages.ts';

interface RetryBarProps {
  /** How much is chosen of what can be sent again. */
  readonly part: 'none' | 'some' | 'all';
  readonly count: number;
  readonly busy: boolean;
  all(isIn: boolean): void;
  act(): void;
}

/** Chooses the failed deliveries of a page, and sends the chosen ones again. */
export function RetryBar({ part, count, busy, all, act }: RetryBarProps) {
  const t = useMessages(destinationMessages);
  const formats = useFormats();
  return (
    <Stack gap="xs" mb="md">
      <Text size="sm" c="dimmed">
        {t.retryHelp}
      </Text>
      <Group>
        <Checkbox
          label={t.selectFailed}
          checked={part === 'all'}
          indeterminate={part === 'some'}
          onChange={(event) => all(event.currentTarget.checked)}
        />
        <Button size="sm" disabled={count === 0} loading={busy} onClick={act}>
          {t.retrySelected(formats.count(count))}
        </Button>
      </Group>
    </Stack>
  );
}

/** What became of the retries that were asked for last, counted. */
export function RetryOutcomes({ outcomes }: { readonly outcomes: readonly Retry[] }) {
  const t = useMessages(destinationMessages);
  const formats = useFormats();
  const isGood = outcomes.every(({ state }) => state === 'retried' || state === 'asked');
  const tally = tallyOf(outcomes).map(([state, count]) => t[`retry_tally_${state}`](count));
  return (
    <Paper withBorder p="sm" mb="md" role="status">
      <StateMark mood={isGood ? 'good' : 'bad'}>{formats.list(tally)}</StateMark>
    </Paper>
  );
}
