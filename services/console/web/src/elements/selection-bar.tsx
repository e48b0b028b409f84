import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { useFormats } from '../language/language.tsx';
import { partOf, type Selection } from './selection.ts';

interface SelectionBarProps {
  /** What the action does. */
  readonly help: string;
  /** Label of the box that selects all of the page. */
  readonly all: string;
  /** Label of the action, with the number of selected items. */
  action(count: string): string;
  /** Ids of the page that can be selected. */
  readonly ids: readonly string[];
  readonly selection: Selection;
  readonly busy: boolean;
  select(selection: Selection): void;
  /** Does the action with the selected ids of the page: nothing happens to an item that is not shown. */
  act(chosen: readonly string[]): void;
}

/** Selects all of a page, and does something with what is selected. */
export function SelectionBar({ help, all, action, ids, selection, busy, select, act }: SelectionBarProps) {
  const formats = useFormats();
  const part = partOf(selection, ids);
  const chosen = ids.filter((id) => selection.has(id));
  return (
    <Stack gap="xs" mb="md">
      <Text size="sm" c="dimmed">
        {help}
      </Text>
      <Group>
        <Checkbox
          label={all}
          checked={part === 'all'}
          indeterminate={part === 'some'}
          onChange={(event) => select(new Set(event.currentTarget.checked ? ids : []))}
        />
        <Button size="sm" disabled={chosen.length === 0} loading={busy} onClick={() => act(chosen)}>
          {action(formats.count(chosen.length))}
        </Button>
      </Group>
    </Stack>
  );
}
