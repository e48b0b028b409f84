import { Text } from '@mantine/core';
import { Facts } from '../elements/facts.tsx';
import { type Column, ListTable } from '../elements/list-table.tsx';
import { Section } from '../elements/section.tsx';
import { useStageName } from '../elements/stage-name.ts';
import { useFormats, useMessages } from '../language/language.tsx';
import { operationsMessages } from './messages.ts';
import type { HistoryTable, SchemaSize, StoreSizes } from './operations.ts';

interface SizesProps {
  readonly sizes: StoreSizes;
}

/** How much the stores hold: PostgreSQL by service and table, ClickHouse by table. */
export function Sizes({ sizes }: SizesProps) {
  const t = useMessages(operationsMessages);
  return (
    <>
      <Section title={t.postgresSize}>
        <Text c="dimmed" size="sm" mb="sm">
          {t.sizesNote}
        </Text>
        <Server sizes={sizes} />
        {sizes.postgres.schemas.length === 0 ? null : <Schemas schemas={sizes.postgres.schemas} />}
      </Section>
      <Section title={t.clickhouseSize}>
        {sizes.clickhouse.length === 0 ? (
          <Text c="dimmed">{t.notSaid}</Text>
        ) : (
          <HistoryTables tables={sizes.clickhouse} />
        )}
      </Section>
    </>
  );
}

function Server({ sizes: { postgres } }: SizesProps) {
  const t = useMessages(operationsMessages);
  const formats = useFormats();
  const { bytes, connections, most_connections } = postgres;
  const open =
    connections === null || most_connections === null
      ? '–'
      : t.ofMost(formats.count(connections), formats.count(most_connections));
  return (
    <Facts
      of={[
        [t.wholeDatabase, bytes === null ? '–' : formats.bytes(bytes)],
        [t.serverConnections, open],
      ]}
    />
  );
}

function Schemas({ schemas }: { readonly schemas: readonly SchemaSize[] }) {
  const t = useMessages(operationsMessages);
  const formats = useFormats();
  const nameOf = useStageName();
  const columns: readonly Column<SchemaSize>[] = [
    { key: 'service', label: t.service, cell: ({ schema }) => nameOf(schema) },
    { key: 'size', label: t.onDisk, align: 'end', cell: ({ bytes }) => formats.bytes(bytes) },
  ];
  return (
    <ListTable
      caption={t.postgresSize}
      items={schemas}
      keyOf={({ schema }) => schema}
      columns={columns}
      details={({ tables }) => (
        <ul className="plain-list">
          {tables.map(({ table, bytes }) => (
            <li key={table}>{t.tableSize(table, formats.bytes(bytes))}</li>
          ))}
        </ul>
      )}
    />
  );
}

function HistoryTables({ tables }: { readonly tables: readonly HistoryTable[] }) {
  const t = useMessages(operationsMessages);
  const formats = useFormats();
  const columns: readonly Column<HistoryTable>[] = [
    { key: 'table', label: t.table, cell: ({ table }) => table },
    { key: 'rows', label: t.rows, align: 'end', cell: ({ rows }) => formats.count(rows) },
    { key: 'size', label: t.onDisk, align: 'end', cell: ({ bytes }) => formats.bytes(bytes) },
    { key: 'parts', label: t.parts, align: 'end', cell: ({ parts }) => formats.count(parts) },
  ];
  return <ListTable caption={t.clickhouseSize} items={tables} keyOf={({ table }) => table} columns={columns} />;
}
