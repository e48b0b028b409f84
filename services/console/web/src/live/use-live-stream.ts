import { useQueryClient } from '@tanstack/react-query';
import { startTransition, useEffect, useState } from 'react';
import { SESSION } from '../session/session.tsx';
import { usePageSeen } from './use-page-seen.ts';

/** How a stream is: `lost`: the console does not answer; it is tried again every few seconds. */
export type Connection = 'connecting' | 'live' | 'lost';

const TRY_AGAIN_MS = 3_000;

/**
 * Listens to a stream of the console as long as it is used, the page is seen and it is not paused. `take` must stay the same
 * function. A pause leaves the connection as it was; another path begins anew.
 */
export function useLiveStream<T>(path: string, take: (made: T) => void, is_paused = false): Connection {
  const [last, setLast] = useState<{ path: string; connection: Connection }>({ path, connection: 'connecting' });
  const queries = useQueryClient();
  const seen = usePageSeen();
  useEffect(() => {
    if (!seen || is_paused) return undefined;
    const tell = (connection: Connection): void =>
      setLast((before) => (before.path === path && before.connection === connection ? before : { path, connection }));
    let stream: EventSource | null = null;
    let timer: number | undefined;
    const open = (): void => {
      stream = new EventSource(path);
      stream.onmessage = (message: MessageEvent<string>) => {
        const made = JSON.parse(message.data) as T;
        // Drawn a few milliseconds at a time, so that keys and clicks never wait for what merely moves.
        startTransition(() => {
          take(made);
          tell('live');
        });
      };
      stream.onerror = () => {
        tell('lost');
        if (stream?.readyState !== EventSource.CLOSED) return;
        // The browser gives up on a refusal: it may be that nobody is signed in any more, or that too many pages listen.
        void queries.invalidateQueries({ queryKey: SESSION });
        timer = window.setTimeout(open, TRY_AGAIN_MS);
      };
    };
    open();
    return () => {
      window.clearTimeout(timer);
      stream?.close();
    };
  }, [seen, is_paused, queries, path, take]);
  return last.path === path ? last.connection : 'connecting';
}
