/** Where events come from: a site, an app, a server. */
export interface Source {
  /** Its name in addresses and in events. */
  readonly key: string;
  readonly name: string;
  /** The key that its SDKs authenticate with; public for browsers. */
  readonly write_key: string;
  readonly max_event_bytes: number;
  /** Largest request, decompressed. */
  readonly max_batch_bytes: number;
  /** How faulty events are answered: with 400 and the reasons, or with 200 as Segment does. */
  readonly answer: SourceAnswer;
  /** What happens to an event whose time cannot be read. */
  readonly unreadable_times: UnreadableTimes;
  /** A disabled source's events are refused. */
  readonly enabled: boolean;
}

/** How a source's faults are answered. */
export type SourceAnswer = 'explicit' | 'segment';

/** An event whose time cannot be read is accepted, marked, with its time of receipt; or rejected. */
export type UnreadableTimes = 'keep' | 'reject';

/** Segment's limits, the defaults of a source. */
export const DEFAULT_LIMITS = { max_event_bytes: 32 * 1024, max_batch_bytes: 500 * 1024 };

/** Least that a source may say, in bytes. */
export const LEAST_LIMIT = 1024;

/** Ranges of a source's settings. An event must fit into one Kafka record together with its context. */
export const LIMIT_BOUNDS = { max_event_bytes: 512 * 1024, max_batch_bytes: 4 * 1024 * 1024 };
