import { useQueryClient } from '@tanstack/react-query';
import { startTransition, useEffect, useState } from 'react';
import { statusOf } from '../api/api-error.ts';
import { SESSION } from '../session/session.tsx';
import { type Connection, connectionOf } from './connection.ts';
import { serverEvents } from './server-events.ts';
import { useOnline } from './use-online.ts';

/** A stream that ended or broke off is opened again after the first time, one that was refused after the second. */
const OPEN_AGAIN_MS = 1_000;
const ASK_AGAIN_MS = 3_000;

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
 * paused. `open` and `take` must stay the same functions as long as `name` does. A pause keeps the connection; another name
 * starts again.
 */
export function useLiveStream<T>(
  name: string,
  open: (signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>,
  take: (made: T) => void,
  { quietMs, isPaused = false }: StreamOptions,
): Connection {
  const [last, setLast] = useState<{ name: string; connection: Connection }>({ name, connection: 'connecting' });
  const queries = useQueryClient();
  const seen = usePageSeen();
  const online = useOnline();
  useEffect(() => {
    if (!seen || isPaused || !online) return undefined;
    let messageAt: number | null = null;
    let brokenAt: number | null = null;
    let reading = new AbortController();
    let timer: number | undefined;
    const publish = (): void => {
      const connection = connectionOf({ online, messageAt, brokenAt, quietMs }, Date.now());
      setLast((before) => (before.name === name && before.connection === connection ? before : { name, connection }));
    };
    const read = async ({ signal }: AbortController): Promise<void> => {
      const answer = await open(signal);
      // If nothing may come for long, the answer itself is the sign of life.
      if (quietMs === null) messageAt = Date.now();
      publish();
      for await (const data of serverEvents(answer)) {
        if (signal.aborted) return;
        messageAt = Date.now();
        const made = JSON.parse(data) as T;
        // Drawn a few milliseconds at a time, so that keys and clicks never wait for mere updates.
        startTransition(() => {
          take(made);
          publish();
        });
      }
    };
    const begin = (): void => {
      reading.abort();
      window.clearTimeout(timer);
      const mine = new AbortController();
      reading = mine;
      const again = (error: unknown): void => {
        if (mine.signal.aborted) return;
        brokenAt = Date.now();
        publish();
        const isRefused = statusOf(error) !== 0;
        // Perhaps nobody is signed in any longer, or too many pages listen.
        if (isRefused) void queries.invalidateQueries({ queryKey: SESSION });
        timer = window.setTimeout(begin, isRefused ? ASK_AGAIN_MS : OPEN_AGAIN_MS);
      };
      read(mine).then(() => again(null), again);
    };
    begin();
    const looking = window.setInterval(() => {
      if (messageAt === null || quietMs === null) return;
      publish();
      if (Date.now() - messageAt < OPEN_ANEW_AFTER * quietMs) return;
      messageAt = Date.now();
      brokenAt = messageAt;
      begin();
    }, LOOK_MS);
    return () => {
      window.clearTimeout(timer);
      window.clearInterval(looking);
      reading.abort();
    };
  }, [seen, isPaused, online, quietMs, queries, name, open, take]);
  if (!online) return 'cut';
  return last.name === name ? last.connection : 'connecting';
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
