import type { ReactNode } from 'react';

/** How good a state is. Colour and shape both show it, so that colour alone never does. */
export type Mood = 'good' | 'waiting' | 'bad' | 'idle';

/** A state in words, with a mark before it. */
export function StateMark({ mood, children }: { readonly mood: Mood; readonly children: ReactNode }) {
  return (
    <span className="state-mark" data-mood={mood}>
      <svg viewBox="0 0 10 10" aria-hidden="true">
        {SHAPES[mood]}
      </svg>
      {children}
    </span>
  );
}

const SHAPES: Readonly<Record<Mood, ReactNode>> = {
  good: <circle cx="5" cy="5" r="4.5" />,
  waiting: <rect x="1" y="1" width="8" height="8" />,
  bad: <path d="M5 0l5 5-5 5-5-5z" />,
  idle: <circle cx="5" cy="5" r="3.5" fill="none" stroke="currentColor" strokeWidth="2" />,
};
