/** Where events come from: a site, an app, a backend. */
export interface Source {
  /** Its name in addresses and in events. */
  readonly key: string;
  readonly name: string;
  /** What its SDKs authenticate with; public for browsers. */
  readonly write_key: string;
  readonly max_event_bytes: number;
  /** Largest request, unpacked. */
  readonly max_batch_bytes: number;
  /** How an event's own faults are answered: with 400 and the reasons, or with 200 as Segment does. */
  readonly answer: SourceAnswer;
  /** What is done with an event whose time can't be read. */
  readonly unreadable_times: UnreadableTimes;
  /** Events of a source that is switched off are refused. */
  readonly enabled: boolean;
}

/** How a source's faults are answered. */
export type SourceAnswer = 'explicit' | 'segment';

/** An event whose time can't be read is kept, with its time of receipt and marked, or rejected. */
export type UnreadableTimes = 'keep' | 'reject';

/** Limits of Segment, which a source has unless it says otherwise. */
export const DEFAULT_LIMITS = { max_event_bytes: 32 * 1024, max_batch_bytes: 500 * 1024 };

/** Least that a source may say, in bytes. */
export const LEAST_LIMIT = 1024;

/** Bounds of what a source may say. An event must fit into one Kafka record beside its context. */
export const LIMIT_BOUNDS = { max_event_bytes: 512 * 1024, max_batch_bytes: 4 * 1024 * 1024 };
