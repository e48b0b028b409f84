import { Text } from '@mantine/core';
import { Empty } from '../elements/empty.tsx';
import { type Column, ListTable } from '../elements/list-table.tsx';
import { Section } from '../elements/section.tsx';
import { useStageName } from '../elements/stage-name.ts';
import { useFormats, useMessages } from '../language/language.tsx';
import { operationsMessages } from './messages.ts';
import type { ReasonCount } from './operations.ts';

interface SetAsideProps {
  readonly dead_letters: readonly ReasonCount[];
  readonly retries: readonly ReasonCount[];
}

/** Dead letters and retries, by stage and reason. */
export function SetAside({ dead_letters, retries }: SetAsideProps) {
  const t = useMessages(operationsMessages);
  const nameOf = useStageName();
  const formats = useFormats();
  const columns: readonly Column<ReasonCount>[] = [
    { key: 'stage', label: t.stage, cell: ({ stage }) => nameOf(stage) },
    { key: 'reason', label: t.reason, cell: ({ reason }) => reason },
    { key: 'count', label: t.sinceStart, align: 'end', cell: ({ count }) => formats.count(count) },
    {
      key: 'lately',
      label: t.lately,
      align: 'end',
      cell: ({ lately }) => (lately === null ? '–' : formats.count(lately)),
    },
  ];
  const keyOf = ({ stage, reason }: ReasonCount) => `${stage} ${reason}`;
  return (
    <>
      <Section title={t.deadLetters}>
        {dead_letters.length === 0 ? (
          <Empty title={t.noDeadLetters}>{t.noDeadLettersHelp}</Empty>
        ) : (
          <>
            <Text c="dimmed" size="sm" mb="sm">
              {t.deadLettersNote}
            </Text>
            <ListTable caption={t.deadLetters} items={dead_letters} keyOf={keyOf} columns={columns} />
          </>
        )}
      </Section>
      {retries.length === 0 ? null : (
        <Section title={t.retries}>
          <Text c="dimmed" size="sm" mb="sm">
            {t.retriesNote}
          </Text>
          <ListTable caption={t.retries} items={retries} keyOf={keyOf} columns={columns} />
        </Section>
      )}
    </>
  );
}
