import { SimpleGrid, Stack, Text } from '@mantine/core';
import { Facts } from '../elements/facts.tsx';
import { JsonText } from '../elements/json-text.tsx';
import { useMessages } from '../language/language.tsx';
import type { AuditEntry } from './audit-api.ts';
import { auditMessages } from './messages.ts';

/** The exact words of an entry; of a change also the thing before and after. */
export function EntryDetails({ entry }: { readonly entry: AuditEntry }) {
  const t = useMessages(auditMessages);
  const { what, method, target, reason } = entry;
  const isChange = what === 'created' || what === 'changed' || what === 'deleted' || what === 'ran';
  return (
    <Stack gap="sm">
      <Facts
        of={[
          [t.method, method],
          [t.path, target],
          [t.reason, reason],
        ]}
      />
      {isChange ? <BeforeAndAfter entry={entry} /> : null}
    </Stack>
  );
}

function BeforeAndAfter({ entry: { before, after } }: { readonly entry: AuditEntry }) {
  const t = useMessages(auditMessages);
  const sides = [
    [t.before, before, t.nothing],
    [t.after, after, t.gone],
  ] as const;
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      {sides.map(([label, value, none]) => (
        <div key={label}>
          <Text size="sm" fw={600}>
            {label}
          </Text>
          {value === null ? <Text size="sm">{none}</Text> : <JsonText label={label} value={value} />}
        </div>
      ))}
    </SimpleGrid>
  );
}
