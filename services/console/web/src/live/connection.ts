/** A stream's state. `lost`: the console does not answer, and is asked again; `cut`: this browser has no connection. */
export type Connection = 'connecting' | 'live' | 'lost' | 'cut';

/** What is known of a stream. Times in milliseconds. */
export interface StreamSigns {
  readonly online: boolean;
  /** When the latest message came; null: none yet. */
  readonly message_at: number | null;
  /** When the stream last broke off; null: never. */
  readonly broken_at: number | null;
  /** Silence after which a stream counts as lost; null: it may be silent. */
  readonly quiet_ms: number | null;
}

/** How a stream is, by its signs. */
export function connectionOf({ online, message_at, broken_at, quiet_ms }: StreamSigns, now: number): Connection {
  if (!online) return 'cut';
  if (broken_at !== null && broken_at >= (message_at ?? 0)) return 'lost';
  if (message_at === null) return 'connecting';
  return quiet_ms !== null && now - message_at > quiet_ms ? 'lost' : 'live';
}
