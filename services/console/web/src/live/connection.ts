/** A stream's state. `lost`: the console does not answer, and is asked again; `cut`: this browser has no connection. */
export type Connection = 'connecting' | 'live' | 'lost' | 'cut';

/** What is known of a stream. Times in milliseconds. */
export interface StreamSigns {
  readonly online: boolean;
  /** When the latest message came; null: none yet. */
  readonly messageAt: number | null;
  /** When the stream last broke off; null: never. */
  readonly brokenAt: number | null;
  /** Silence after which a stream counts as lost; null: it may be silent. */
  readonly quietMs: number | null;
}

/** How a stream is, by its signs. */
export function connectionOf({ online, messageAt, brokenAt, quietMs }: StreamSigns, now: number): Connection {
  if (!online) return 'cut';
  if (brokenAt !== null && brokenAt >= (messageAt ?? 0)) return 'lost';
  if (messageAt === null) return 'connecting';
  return quietMs !== null && now - messageAt > quietMs ? 'lost' : 'live';
}
