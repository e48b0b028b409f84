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
  readonly quiet_ms: number | null;
  readonly is_paused?: boolean;
}

/**
 * Listens to a stream of the console while it is used, the page is visible, the browser is connected and it is not
 * paused. `take` must stay the same function. A pause keeps the connection; another path starts again.
 */
export function useLiveStream<T>(
  path: string,
  take: (made: T) => void,
  { quiet_ms, is_paused = false }: StreamOptions,
): Connection {
  const [last, setLast] = useState<{ path: string; connection: Connection }>({ path, connection: 'connecting' });
  const queries = useQueryClient();
  const seen = usePageSeen();
  const online = useOnline();
  useEffect(() => {
    if (!seen || is_paused || !online) return undefined;
    let message_at: number | null = null;
    let broken_at: number | null = null;
    let stream: EventSource | null = null;
    let timer: number | undefined;
    const tell = (): void => {
      const connection = connectionOf({ online, message_at, broken_at, quiet_ms }, Date.now());
      setLast((before) => (before.path === path && before.connection === connection ? before : { path, connection }));
    };
    const open = (): void => {
      stream?.close();
      stream = new EventSource(path);
      stream.onopen = () => {
        // If nothing may come for long, the answer itself is the sign of life.
        if (quiet_ms === null) message_at = Date.now();
        tell();
      };
      stream.onmessage = (message: MessageEvent<string>) => {
        message_at = Date.now();
        const made = JSON.parse(message.data) as T;
        // Drawn a few milliseconds at a time, so that keys and clicks never wait for mere updates.
        startTransition(() => {
          take(made);
          tell();
        });
      };
      stream.onerror = () => {
        broken_at = Date.now();
        tell();
        if (stream?.readyState !== EventSource.CLOSED) return;
        // The browser gives up on a refusal: perhaps nobody is signed in any longer, or too many pages listen.
        void queries.invalidateQueries({ queryKey: SESSION });
        timer = window.setTimeout(open, TRY_AGAIN_MS);
      };
    };
    open();
    const looking = window.setInterval(() => {
      if (message_at === null || quiet_ms === null) return;
      tell();
      if (Date.now() - message_at < OPEN_ANEW_AFTER * quiet_ms) return;
      message_at = Date.now();
      broken_at = message_at;
      open();
    }, LOOK_MS);
    return () => {
      window.clearTimeout(timer);
      window.clearInterval(looking);
      stream?.close();
    };
  }, [seen, is_paused, online, quiet_ms, queries, path, take]);
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
