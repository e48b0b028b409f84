import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { SESSION } from '../session/session.tsx';
import type { Overview } from './overview.ts';
import { NO_RATES, type RateHistory, withRates } from './rate-history.ts';

/** The stream of overviews, as far as it came. */
export interface Live {
  /** Null until the first one is there. */
  readonly overview: Overview | null;
  readonly history: RateHistory;
  /** `lost`: the console does not answer; it is tried again every few seconds. */
  readonly connection: 'connecting' | 'live' | 'lost';
}

const TRY_AGAIN_MS = 3_000;

/** Listens to `/api/live` as long as it is used and the page is seen. */
export function useLiveOverview(): Live {
  const [live, setLive] = useState<Live>({ overview: null, history: NO_RATES, connection: 'connecting' });
  const queries = useQueryClient();
  const seen = usePageSeen();
  useEffect(() => {
    if (!seen) return undefined;
    let stream: EventSource | null = null;
    let timer: number | undefined;
    const open = (): void => {
      stream = new EventSource('/api/live');
      stream.onmessage = (message: MessageEvent<string>) => {
        const overview = JSON.parse(message.data) as Overview;
        setLive(({ history }) => ({ overview, history: withRates(history, overview), connection: 'live' }));
      };
      stream.onerror = () => {
        setLive((before) => ({ ...before, connection: 'lost' }));
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
  }, [seen, queries]);
  return live;
}

/** False while the page is hidden: a page in the background asks for nothing. */
function usePageSeen(): boolean {
  const [seen, setSeen] = useState(!document.hidden);
  useEffect(() => {
    const look = (): void => setSeen(!document.hidden);
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  return seen;
}
