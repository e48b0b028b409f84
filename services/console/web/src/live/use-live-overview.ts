import { useCallback, useState } from 'react';
import { useApi } from '../api/api-context.tsx';
import type { Overview } from './overview.ts';
import { NO_RATES, type RateHistory, withRates } from './rate-history.ts';
import type { Connection } from './connection.ts';
import { EVERY_SECOND_MS, useLiveStream } from './use-live-stream.ts';

/** The stream of overviews, as far as it came. */
export interface Live {
  /** Null until the first one is there. */
  readonly overview: Overview | null;
  readonly history: RateHistory;
  readonly connection: Connection;
}

const NAME = 'GET /api/live';

/** Listens to `/api/live` while it is used and the page is visible. */
export function useLiveOverview(): Live {
  const [live, setLive] = useState<Omit<Live, 'connection'>>({ overview: null, history: NO_RATES });
  const take = useCallback(
    (overview: Overview) => setLive(({ history }) => ({ overview, history: withRates(history, overview) })),
    [],
  );
  const api = useApi();
  const open = useCallback((signal: AbortSignal) => api.stream(NAME, {}, signal), [api]);
  const connection = useLiveStream(NAME, open, take, { quietMs: EVERY_SECOND_MS });
  return { ...live, connection };
}
