import { Text } from '@mantine/core';
import { type Mood, StateMark } from '../elements/state-mark.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import type { Overview, StageState } from '../live/overview.ts';
import { homeMessages } from './messages.ts';
import { conditionOf, type StageCondition } from './stage-condition.ts';
import { useStageName } from './stage-name.ts';

const MOODS: Readonly<Record<StageCondition, Mood>> = {
  flowing: 'good',
  idle: 'idle',
  behind: 'waiting',
  starting: 'waiting',
  down: 'bad',
};

/** The stages in the order in which an event meets them. */
export function StageFlow({ overview }: { readonly overview: Overview }) {
  return (
    <ol className="stage-flow">
      {overview.stages.map((stage) => (
        <Stage key={stage.stage} stage={stage} condition={conditionOf(stage, overview.services)} />
      ))}
    </ol>
  );
}

function Stage({ stage, condition }: { readonly stage: StageState; readonly condition: StageCondition }) {
  const t = useMessages(homeMessages);
  const formats = useFormats();
  const nameOf = useStageName();
  const { records_per_s, outputs_per_s, lag_records, dead_letters } = stage;
  const figures: readonly (readonly [string, string])[] = [
    [t.rateIn, records_per_s === null ? '–' : formats.rate(records_per_s)],
    [t.rateOut, outputs_per_s === null ? '–' : formats.rate(outputs_per_s)],
    [t.lag, lag_records === null ? '–' : formats.count(lag_records)],
  ];
  return (
    <li data-condition={condition}>
      <Text fw={600}>{nameOf(stage.stage)}</Text>
      <Text size="sm" component="div">
        <StateMark mood={MOODS[condition]}>{t[condition]}</StateMark>
      </Text>
      <dl>
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {dead_letters === 0 ? null : (
        <Text size="sm" component="div">
          <StateMark mood="bad">{t.setAside(formats.count(dead_letters))}</StateMark>
        </Text>
      )}
    </li>
  );
}
