import { useCallback, useState } from 'react';
import { useApi } from '../api/api-context.tsx';
import type { Connection } from '../live/connection.ts';
import { useLiveStream } from '../live/use-live-stream.ts';
import { type LiveFilter, type LiveUpdate, openLiveEvents } from './event-api.ts';
import { type LiveList, NO_EVENTS, withUpdate } from './live-list.ts';

/** The stream of events, as far as it came. */
export interface LiveEvents {
  readonly list: LiveList;
  readonly connection: Connection;
}

/** Listens to matching events while it is used, the page is visible and it is not paused. */
export function useLiveEvents({ source, event, profile }: LiveFilter, isPaused: boolean): LiveEvents {
  const api = useApi();
  const name = JSON.stringify([source, event, profile]);
  // What came with another filter does not belong to this list.
  const [came, setCame] = useState({ name, list: NO_EVENTS });
  const take = useCallback(
    (update: LiveUpdate) =>
      setCame((before) => ({
        name,
        list: withUpdate(before.name === name ? before.list : NO_EVENTS, update, Date.now()),
      })),
    [name],
  );
  const open = useCallback(
    (signal: AbortSignal) => openLiveEvents(api, { source, event, profile }, signal),
    [api, source, event, profile],
  );
  const connection = useLiveStream(name, open, take, { quietMs: null, isPaused });
  return { list: came.name === name ? came.list : NO_EVENTS, connection };
}
