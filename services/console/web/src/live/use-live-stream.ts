import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { SESSION } from '../session/session.tsx';
import { usePageSeen } from './use-page-seen.ts';

/** How a stream is: `lost`: the console does not answer; it is tried again every few seconds. */
export type Connection = 'connecting' | 'live' | 'lost';

const TRY_AGAIN_MS = 3_000;

/** Listens to a stream of the console as long as it is used and the page is seen. `take` must stay the same function. */
export function useLiveStream<T>(path: string, take: (made: T) => void): Connection {
  const [connection, setConnection] = useState<Connection>('connecting');
  const queries = useQueryClient();
  const seen = usePageSeen();
  useEffect(() => {
    if (!seen) return undefined;
    let stream: EventSource | null = null;
    let timer: number | undefined;
    const open = (): void => {
      stream = new EventSource(path);
      stream.onmessage = (message: MessageEvent<string>) => {
        take(JSON.parse(message.data) as T);
        setConnection('live');
      };
      stream.onerror = () => {
        setConnection('lost');
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
  }, [seen, queries, path, take]);
  return connection;
}
