import { Text } from '@mantine/core';
import { type Column, ListTable } from '../elements/list-table.tsx';
import { Section } from '../elements/section.tsx';
import { useStageName } from '../elements/stage-name.ts';
import { useFormats, useMessages } from '../language/language.tsx';
import { operationsMessages } from './messages.ts';
import type { StageOperations } from './operations.ts';

/** Due timers, how late they fired, and what waits for handovers. */
export function Timers({ stages }: { readonly stages: readonly StageOperations[] }) {
  const t = useMessages(operationsMessages);
  const formats = useFormats();
  const nameOf = useStageName();
  const duration = (seconds: number | null) => (seconds === null ? '–' : formats.duration(seconds));
  const count = (value: number | null) => (value === null ? '–' : formats.count(value));
  const columns: readonly Column<StageOperations>[] = [
    { key: 'stage', label: t.stage, cell: ({ stage }) => nameOf(stage) },
    { key: 'due', label: t.timerDue, align: 'end', cell: ({ timer_due_s }) => duration(timer_due_s) },
    { key: 'overdue', label: t.timerOverdue, align: 'end', cell: ({ timer_overdue_s }) => duration(timer_overdue_s) },
    { key: 'fired', label: t.timersFired, align: 'end', cell: ({ timers_fired }) => count(timers_fired) },
    { key: 'late', label: t.timerLate, align: 'end', cell: ({ timer_late_p99_s }) => duration(timer_late_p99_s) },
    {
      key: 'waiting',
      label: t.waitingKeys,
      align: 'end',
      cell: ({ waiting_keys, waiting_s }) =>
        waiting_keys !== null && waiting_keys > 0
          ? t.waitingKeysFor(formats.count(waiting_keys), duration(waiting_s))
          : count(waiting_keys),
    },
  ];
  return (
    <Section title={t.timers}>
      <Text c="dimmed" size="sm" mb="sm">
        {t.timersNote}
      </Text>
      <ListTable caption={t.timers} items={stages} keyOf={({ stage }) => stage} columns={columns} />
    </Section>
  );
}
