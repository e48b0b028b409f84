import { useMessages } from '../language/language.tsx';
import { rejectedMessages } from './messages.ts';
import type { Replay } from './rejected-api.ts';

/** Says what became of one replay. */
export function useOutcomeWords(): (replay: Replay) => string {
  const t = useMessages(rejectedMessages);
  return ({ state, reason }) => {
    if (state === 'rejected') return t.outcome_rejected(reason ?? '–');
    return t[`outcome_${state}`];
  };
}

/** Says a state of replays, for counting them. */
export function useTallyWords(): (state: Replay['state']) => string {
  const t = useMessages(rejectedMessages);
  return (state) => {
    if (state === 'rejected') return t.again;
    return state === 'not_kept' ? t.tooLong : t[`outcome_${state}`];
  };
}
