import { Text } from '@mantine/core';
import { Section } from '../elements/section.tsx';
import { type Mood, StateMark } from '../elements/state-mark.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import type { InstanceState, ServiceState } from '../live/overview.ts';
import { homeMessages } from './messages.ts';
import { useStageName } from '../elements/stage-name.ts';

const MOODS: Readonly<Record<InstanceState, Mood>> = { ready: 'good', starting: 'waiting', down: 'bad' };

/** Every service with the state of each of its processes. */
export function ServiceStates({ services }: { readonly services: readonly ServiceState[] }) {
  const t = useMessages(homeMessages);
  const formats = useFormats();
  const nameOf = useStageName();
  const all = services.flatMap(({ instances }) => instances);
  const down = all.filter(({ state }) => state !== 'ready').length;
  return (
    <Section title={t.services}>
      <Text mb="sm" component="div">
        <StateMark mood={down === 0 ? 'good' : 'bad'}>
          {down === 0 ? t.allUp : t.someDown(down, formats.count(all.length))}
        </StateMark>
      </Text>
      <ul className="service-states">
        {services.map(({ service, instances }) => (
          <li key={service}>
            <Text fw={600}>{nameOf(service)}</Text>
            {instances.map(({ instance, state }) => (
              <Text key={instance} size="sm" component="div">
                <StateMark mood={MOODS[state]}>
                  {instance} {t[state]}
                </StateMark>
              </Text>
            ))}
          </li>
        ))}
      </ul>
    </Section>
  );
}
