import { useMessages } from '../language/language.tsx';
import type { Connection } from '../live/connection.ts';
import { elementMessages } from './messages.ts';
import { type Mood, StateMark } from './state-mark.tsx';

const MOODS: Readonly<Record<Connection, Mood>> = { connecting: 'idle', live: 'good', lost: 'bad', cut: 'bad' };

/** Says whether a page that moves gets what it shows. */
export function ConnectionMark({ connection }: { readonly connection: Connection }) {
  const t = useMessages(elementMessages);
  return (
    <div role="status">
      <StateMark mood={MOODS[connection]}>{t[connection]}</StateMark>
    </div>
  );
}
