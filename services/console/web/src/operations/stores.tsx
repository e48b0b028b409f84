import { Anchor, Text } from '@mantine/core';
import { Link } from 'react-router';
import { Facts } from '../elements/facts.tsx';
import { type Column, ListTable } from '../elements/list-table.tsx';
import { Section } from '../elements/section.tsx';
import { StateMark } from '../elements/state-mark.tsx';
import { useStageName } from '../elements/stage-name.ts';
import { useFormats, useMessages } from '../language/language.tsx';
import { operationsMessages } from './messages.ts';
import type { ClickHouseOperations, Operations, PoolOperations } from './operations.ts';

interface StoresProps {
  readonly operations: Operations;
}

/** Connections to PostgreSQL, requests to ClickHouse, and deliveries that wait. */
export function Stores({ operations }: StoresProps) {
  const t = useMessages(operationsMessages);
  return (
    <>
      <Section title={t.postgres}>
        {operations.postgres.length === 0 ? <Text c="dimmed">{t.notSaid}</Text> : <Pools pools={operations.postgres} />}
      </Section>
      <Section title={t.clickhouse}>
        {operations.clickhouse.length === 0 ? (
          <Text c="dimmed">{t.notSaid}</Text>
        ) : (
          <ClickHouse requests={operations.clickhouse} />
        )}
      </Section>
      <Section title={t.deliveries}>
        <Deliveries operations={operations} />
      </Section>
    </>
  );
}

function Pools({ pools }: { readonly pools: readonly PoolOperations[] }) {
  const t = useMessages(operationsMessages);
  const formats = useFormats();
  const nameOf = useStageName();
  const columns: readonly Column<PoolOperations>[] = [
    { key: 'service', label: t.service, cell: ({ service }) => nameOf(service) },
    { key: 'instance', label: t.instance, cell: ({ instance }) => instance },
    { key: 'pool', label: t.pool, cell: ({ pool }) => pool },
    { key: 'busy', label: t.busy, align: 'end', cell: ({ busy }) => formats.count(busy) },
    { key: 'idle', label: t.idle, align: 'end', cell: ({ idle }) => formats.count(idle) },
    { key: 'most', label: t.most, align: 'end', cell: ({ most }) => (most === null ? '–' : formats.count(most)) },
    {
      key: 'waiting',
      label: t.callersWaiting,
      align: 'end',
      cell: ({ waiting }) =>
        waiting === 0 ? formats.count(0) : <StateMark mood="waiting">{formats.count(waiting)}</StateMark>,
    },
  ];
  return (
    <ListTable
      caption={t.postgres}
      items={pools}
      keyOf={({ instance, pool }) => `${instance} ${pool}`}
      columns={columns}
    />
  );
}

function ClickHouse({ requests }: { readonly requests: readonly ClickHouseOperations[] }) {
  const t = useMessages(operationsMessages);
  const formats = useFormats();
  const count = (value: number | null) => (value === null ? '–' : formats.count(value));
  const duration = (seconds: number | null) => (seconds === null ? '–' : formats.duration(seconds));
  const columns: readonly Column<ClickHouseOperations>[] = [
    { key: 'operation', label: t.operation, cell: ({ operation }) => (operation === 'insert' ? t.insert : t.query) },
    { key: 'now', label: t.inFlight, align: 'end', cell: ({ in_flight }) => formats.count(in_flight) },
    { key: 'requests', label: t.requests, align: 'end', cell: ({ requests: made }) => count(made) },
    { key: 'failed', label: t.failed, align: 'end', cell: ({ failed }) => count(failed) },
    { key: 'time', label: t.took, align: 'end', cell: ({ p50_s, p99_s }) => `${duration(p50_s)} · ${duration(p99_s)}` },
  ];
  return <ListTable caption={t.clickhouse} items={requests} keyOf={({ operation }) => operation} columns={columns} />;
}

function Deliveries({ operations }: StoresProps) {
  const t = useMessages(operationsMessages);
  const formats = useFormats();
  const { waiting_deliveries, oldest_delivery_s, open_circuits } = operations;
  return (
    <>
      <Facts
        of={[
          [t.deliveriesWaiting, waiting_deliveries === null ? '–' : formats.count(waiting_deliveries)],
          [t.oldestDelivery, oldest_delivery_s === null ? '–' : formats.duration(oldest_delivery_s)],
          [
            t.failing,
            open_circuits.length === 0 ? (
              t.none
            ) : (
              <StateMark key="failing" mood="bad">
                {formats.list(open_circuits)}
              </StateMark>
            ),
          ],
        ]}
      />
      <Anchor component={Link} to="/deliveries?status=failed" size="sm" mt="xs" display="inline-block">
        {t.failedDeliveries}
      </Anchor>
    </>
  );
}
