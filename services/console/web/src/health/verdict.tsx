import { Anchor, Paper } from '@mantine/core';
import { Fragment } from 'react';
import { Link } from 'react-router';
import { useStageName } from '../elements/stage-name.ts';
import { StateMark } from '../elements/state-mark.tsx';
import { useFormats, useMessages } from '../language/language.tsx';
import { healthMessages } from './messages.ts';
import type { Need } from './needs.ts';

/** How everything runs, in one sentence: that all is well, or what needs somebody, each with a link to its page. */
export function Verdict({ needs }: { readonly needs: readonly Need[] }) {
  const t = useMessages(healthMessages);
  const wordsOf = useNeedWords();
  return (
    <Paper withBorder p="sm" mb="lg" role="status" aria-label={t.verdict}>
      {needs.length === 0 ? (
        <StateMark mood="good">{t.well}</StateMark>
      ) : (
        <StateMark mood="bad">
          <span>
            {t.needs(needs.length)}{' '}
            {needs.map((need, index) => (
              <Fragment key={need.what}>
                {index === 0 ? '' : ', '}
                <Anchor component={Link} to={need.to}>
                  {wordsOf(need)}
                </Anchor>
              </Fragment>
            ))}
          </span>
        </StateMark>
      )}
    </Paper>
  );
}

function useNeedWords(): (need: Need) => string {
  const t = useMessages(healthMessages);
  const { list } = useFormats();
  const nameOf = useStageName();
  return ({ what, count, names }) => {
    if (what === 'behind') return t.behind(list(names.map(nameOf)));
    if (what === 'failing_destinations') return t.failing_destinations(list(names));
    return t[what](count);
  };
}
