import { Text } from '@mantine/core';
import { type Column, ListTable } from '../elements/list-table.tsx';
import { Section } from '../elements/section.tsx';
import { type Mood, StateMark } from '../elements/state-mark.tsx';
import { useStageName } from '../elements/stage-name.ts';
import { useFormats, useMessages } from '../language/language.tsx';
import type { InstanceState } from '../live/overview.ts';
import { operationsMessages } from './messages.ts';
import { type InstanceOperations, versionsOf } from './operations.ts';

const MOODS: Readonly<Record<InstanceState, Mood>> = { ready: 'good', starting: 'waiting', down: 'bad' };

/** Every process: whether it is up, which build it runs, since when, and what it uses. */
export function Processes({ instances }: { readonly instances: readonly InstanceOperations[] }) {
  const t = useMessages(operationsMessages);
  const formats = useFormats();
  const nameOf = useStageName();
  const versions = versionsOf(instances);
  const columns: readonly Column<InstanceOperations>[] = [
    { key: 'service', label: t.service, cell: ({ service }) => nameOf(service) },
    { key: 'instance', label: t.instance, cell: ({ instance }) => instance },
    { key: 'state', label: t.state, cell: ({ state }) => <StateMark mood={MOODS[state]}>{t[state]}</StateMark> },
    { key: 'version', label: t.version, cell: ({ version, node }) => buildText(version, node) },
    { key: 'uptime', label: t.uptime, align: 'end', cell: ({ uptime_s }) => known(uptime_s, formats.duration) },
    { key: 'memory', label: t.memory, align: 'end', cell: ({ memory_bytes }) => known(memory_bytes, formats.bytes) },
    {
      key: 'cpu',
      label: t.cpu,
      align: 'end',
      cell: ({ cpu }) => known(cpu, (share) => `${formats.rate(share * 100)} %`),
    },
    {
      key: 'partitions',
      label: t.partitions,
      align: 'end',
      cell: ({ partitions }) => known(partitions, formats.count),
    },
  ];
  return (
    <Section title={t.processes}>
      <Text mb="sm" component="div">
        <StateMark mood={versions.length > 1 ? 'waiting' : 'good'}>
          {versions.length > 1 ? t.versionsDiffer(formats.list(versions)) : t.oneVersion(versions[0] ?? '–')}
        </StateMark>
      </Text>
      <ListTable
        caption={t.processesCaption}
        items={instances}
        keyOf={({ service, instance }) => `${service} ${instance}`}
        columns={columns}
      />
    </Section>
  );
}

function buildText(version: string | null, node: string | null): string {
  if (version === null) return '–';
  return node === null ? version : `${version} (Node ${node})`;
}

function known(value: number | null, format: (value: number) => string): string {
  return value === null ? '–' : format(value);
}
