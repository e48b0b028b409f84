import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { useFormats, useMessages } from '../language/language.tsx';
import { rejectedMessages } from './messages.ts';

interface ReplayBarProps {
  /** What a replay does. */
  readonly help: string;
  readonly part: 'none' | 'some' | 'all';
  readonly count: number;
  readonly busy: boolean;
  all(isIn: boolean): void;
  act(): void;
}

/** Selects all of a list, and replays what is selected. */
export function ReplayBar({ help, part, count, busy, all, act }: ReplayBarProps) {
  const t = useMessages(rejectedMessages);
  const formats = useFormats();
  return (
    <Stack gap="xs" mb="md">
      <Text size="sm" c="dimmed">
        {help}
      </Text>
      <Group>
        <Checkbox
          label={t.selectPage}
          checked={part === 'all'}
          indeterminate={part === 'some'}
          onChange={(event) => all(event.currentTarget.checked)}
        />
        <Button size="sm" disabled={count === 0} loading={busy} onClick={act}>
          {t.replaySelected(formats.count(count))}
        </Button>
      </Group>
    </Stack>
  );
}
