import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { usePageSeen } from '../live/use-page-seen.ts';
import { SESSION } from '../session/session.tsx';
import { liveAddress, type LiveFilter, type LiveUpdate } from './event-api.ts';
import { type LiveList, NO_EVENTS, withUpdate } from './live-list.ts';

/** The stream of events, as far as it came. */
export interface LiveEvents {
  readonly list: LiveList;
  /** `lost`: the console does not answer; it is tried again every few seconds. */
  readonly connection: 'connecting' | 'live' | 'lost';
}

const TRY_AGAIN_MS = 3_000;

/** Listens to the events that fit, as long as it is used, the page is seen and it is not paused. */
export function useLiveEvents({ source, event, profile }: LiveFilter, is_paused: boolean): LiveEvents {
  const address = liveAddress({ source, event, profile });
  const [live, setLive] = useState<LiveEvents & { readonly address: string }>(() => begun(address));
  const queries = useQueryClient();
  const seen = usePageSeen();
  useEffect(() => {
    if (!seen || is_paused) return undefined;
    let stream: EventSource | null = null;
    let timer: number | undefined;
    const open = (): void => {
      stream = new EventSource(address);
      stream.onmessage = (message: MessageEvent<string>) => {
        const update = JSON.parse(message.data) as LiveUpdate;
        setLive((before) => ({
          address,
          list: withUpdate(before.address === address ? before.list : NO_EVENTS, update, Date.now()),
          connection: 'live',
        }));
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
  }, [seen, is_paused, address, queries]);
  return live.address === address ? live : begun(address);
}

function begun(address: string): LiveEvents & { readonly address: string } {
  return { address, list: NO_EVENTS, connection: 'connecting' };
}
