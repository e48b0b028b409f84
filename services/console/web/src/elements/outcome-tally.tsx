import { Paper } from '@mantine/core';
import { useFormats } from '../language/language.tsx';
import { tallyOf } from './selection.ts';
import { StateMark } from './state-mark.tsx';

interface OutcomeTallyProps<State extends string> {
  readonly outcomes: readonly { readonly state: State }[];
  /** States of success: any other one counts as a failure. */
  readonly good: readonly NoInfer<State>[];
  /** Says how many items ended in a state. */
  words(state: State, count: number): string;
}

/** What became of the items of the last action, counted. */
export function OutcomeTally<State extends string>({ outcomes, good, words }: OutcomeTallyProps<State>) {
  const formats = useFormats();
  const isGood = outcomes.every(({ state }) => good.includes(state));
  return (
    <Paper withBorder p="sm" mb="md" role="status">
      <StateMark mood={isGood ? 'good' : 'bad'}>
        {formats.list(tallyOf(outcomes).map(([state, count]) => words(state, count)))}
      </StateMark>
    </Paper>
  );
}
