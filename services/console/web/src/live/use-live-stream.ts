import { useQueryClient } from '@tanstack/react-query';
import { startTransition, useEffect, useState } from 'react';
import { SESSION } from '../session/session.tsx';
import { type Connection, connectionOf } from './connection.ts';
import { useOnline } from './use-online.ts';

const TRY_AGAIN_MS = 3_000;

/** How often it is looked whether a stream has fallen silent. */
const LOOK_MS = 250;

/** After this many times the silence that counts as lost, a stream reconnects: its connection may be half open. */
const OPEN_ANEW_AFTER = 4;

/** Silence after which a stream that has something every second counts as lost. */
export const EVERY_SECOND_MS = 2_000;

interface StreamOptions {
  /** Silence after which the stream counts as lost; null: it may be silent. */
  readonly quietMs: number | null;
  readonly isPaused?: boolean;
}

/**
 * Listens to a stream of the console while it is used, the page is visible, the browser is connected and it is not
 * paused. `take` must stay the same function. A pause keeps the connection; another path starts again.
 */
export function useLiveStream<T>(
  path: string,
  take: (made: T) => void,
  { quietMs, isPaused = false }: StreamOptions,
): Connection {
  const [last, setLast] = useState<{ path: string; connection: Connection }>({ path, connection: 'connecting' });
  const queries = useQueryClient();
  const seen = usePageSeen();
  const online = useOnline();
  useEffect(() => {
    if (!seen || isPaused || !online) return undefined;
    let messageAt: number | null = null;
    let brokenAt: number | null = null;
    let stream: EventSource | null = null;
    let timer: number | undefined;
    const publish = (): void => {
      const connection = connectionOf({ online, messageAt, brokenAt, quietMs }, Date.now());
      setLast((before) => (before.path === path && before.connection === connection ? before : { path, connection }));
    };
    const open = (): void => {
      stream?.close();
      stream = new EventSource(path);
      stream.onopen = () => {
        // If nothing may come for long, the answer itself is the sign of life.
        if (quietMs === null) messageAt = Date.now();
        publish();
      };
      stream.onmessage = (message: MessageEvent<string>) => {
        messageAt = Date.now();
        const made = JSON.parse(message.data) as T;
        // Drawn a few milliseconds at a time, so that keys and clicks never wait for mere updates.
        startTransition(() => {
          take(made);
          publish();
        });
      };
      stream.onerror = () => {
        brokenAt = Date.now();
        publish();
        if (stream?.readyState !== EventSource.CLOSED) return;
        // The browser gives up on a refusal: perhaps nobody is signed in any longer, or too many pages listen.
        void queries.invalidateQueries({ queryKey: SESSION });
        timer = window.setTimeout(open, TRY_AGAIN_MS);
      };
    };
    open();
    const looking = window.setInterval(() => {
      if (messageAt === null || quietMs === null) return;
      publish();
      if (Date.now() - messageAt < OPEN_ANEW_AFTER * quietMs) return;
      messageAt = Date.now();
      brokenAt = messageAt;
      open();
    }, LOOK_MS);
    return () => {
      window.clearTimeout(timer);
      window.clearInterval(looking);
      stream?.close();
    };
  }, [seen, isPaused, online, quietMs, queries, path, take]);
  if (!online) return 'cut';
  return last.path === path ? last.connection : 'connecting';
}

/** False while the page is hidden: a hidden page asks for nothing. */
function usePageSeen(): boolean {
  const [seen, setSeen] = useState(!document.hidden);
  useEffect(() => {
    const look = (): void => setSeen(!document.hidden);
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  return seen;
}
