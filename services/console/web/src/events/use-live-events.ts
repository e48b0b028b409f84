import { useCallback, useState } from 'react';
import type { Connection } from '../live/connection.ts';
import { useLiveStream } from '../live/use-live-stream.ts';
import { liveAddress, type LiveFilter, type LiveUpdate } from './event-api.ts';
import { type LiveList, NO_EVENTS, withUpdate } from './live-list.ts';

/** The stream of events, as far as it came. */
export interface LiveEvents {
  readonly list: LiveList;
  readonly connection: Connection;
}

/** Listens to matching events while it is used, the page is visible and it is not paused. */
export function useLiveEvents({ source, event, profile }: LiveFilter, isPaused: boolean): LiveEvents {
  const address = liveAddress({ source, event, profile });
  // What came from another address does not belong to this list.
  const [came, setCame] = useState({ address, list: NO_EVENTS });
  const take = useCallback(
    (update: LiveUpdate) =>
      setCame((before) => ({
        address,
        list: withUpdate(before.address === address ? before.list : NO_EVENTS, update, Date.now()),
      })),
    [address],
  );
  const connection = useLiveStream(address, take, { quietMs: null, isPaused });
  return { list: came.address === address ? came.list : NO_EVENTS, connection };
}
