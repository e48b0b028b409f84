import { Text } from '@mantine/core';
import { type Mood, StateMark } from '../elements/state-mark.tsx';
import { conditionOf, type StageCondition } from '../health/stage-condition.ts';
import type { Formats } from '../language/formats.ts';
import { useFormats, useMessages } from '../language/language.tsx';
import type { Overview, StageState } from '../live/overview.ts';
import { homeMessages } from './messages.ts';
import { useStageName } from '../elements/stage-name.ts';

const MOODS: Readonly<Record<StageCondition, Mood>> = {
  flowing: 'good',
  idle: 'idle',
  behind: 'waiting',
  starting: 'waiting',
  down: 'bad',
};

/** The stages in the order in which an event passes them. */
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
  const { records_per_s, outputs_per_s, lag_records, latency_p50_s, latency_p99_s } = stage;
  const figures: readonly (readonly [string, string])[] = [
    [t.rateIn, records_per_s === null ? '–' : formats.rate(records_per_s)],
    [t.rateOut, outputs_per_s === null ? '–' : formats.rate(outputs_per_s)],
    [t.lag, lag_records === null ? '–' : formats.count(lag_records)],
    [t.latency, latency_p50_s === null ? '–' : latencyText(latency_p50_s, latency_p99_s ?? latency_p50_s, formats)],
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
      <Errors stage={stage} />
    </li>
  );
}

function latencyText(p50_s: number, p99_s: number, { duration }: Formats): string {
  return `${duration(p50_s)} · ${duration(p99_s)}`;
}

/** Faults of the last minute; earlier dead letters are still shown. */
function Errors({ stage: { errors, dead_letters } }: { readonly stage: StageState }) {
  const t = useMessages(homeMessages);
  const lately = (errors ?? []).filter(({ what }) => what !== 'dead_letters');
  const shown = [
    ...(dead_letters === 0 ? [] : [t.error_dead_letters(dead_letters)]),
    ...lately.map(({ what, count }) => t[`error_${what}`](count)),
  ];
  if (shown.length === 0) {
    return (
      <Text size="sm" component="div" c="dimmed">
        {errors === null ? '–' : t.noErrors}
      </Text>
    );
  }
  return (
    <ul className="stage-errors" aria-label={t.errors}>
      {shown.map((text) => (
        <li key={text}>
          <StateMark mood={dead_letters === 0 ? 'waiting' : 'bad'}>{text}</StateMark>
        </li>
      ))}
    </ul>
  );
}
