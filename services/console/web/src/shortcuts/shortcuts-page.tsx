import { Kbd, Table } from '@mantine/core';
import { PageTitle } from '../elements/page-title.tsx';
import { useMessages } from '../language/language.tsx';
import { shortcutMessages } from './messages.ts';

const SHORTCUTS = [
  { keys: 'Ctrl K', does: 'goTo' },
  { keys: '/', does: 'search' },
  { keys: 'Ctrl Enter', does: 'run' },
] as const;

/** Which keys do what. */
export function ShortcutsPage() {
  const t = useMessages(shortcutMessages);
  return (
    <>
      <PageTitle title={t.title} note={t.note} />
      <Table>
        <Table.Caption>{t.caption}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t.keys}</Table.Th>
            <Table.Th scope="col">{t.does}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {SHORTCUTS.map(({ keys, does }) => (
            <Table.Tr key={keys}>
              <Table.Td>
                <Kbd>{keys}</Kbd>
              </Table.Td>
              <Table.Td>{t[does]}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  );
}
