/** A stage of the stream as plain data: what it reads, what it writes, where poison goes. */
export interface Topology {
  /** Name of the stage: its consumer group is `hilo.<stage>`, its PostgreSQL schema `<stage>`. */
  readonly stage: string;
  /**
   * Topics read. All have the same partition count; the same partition number of each meets in one instance. What came
   * in the same millisecond is read in this order: notices of merges belong after the records of what they absorb.
   */
  readonly sources: readonly string[];
  /** Topics written. An output to a topic that is not listed is a bug and ends the process. */
  readonly sinks: readonly string[];
  /** Topic for records that can't be processed, with their original key, bytes and headers. */
  readonly deadLetter: string;
  /**
   * Topic of dead letters that are to be processed again: each is the letter's record, copied as it is, and becomes what it
   * was before the stage gave it up. Only this stage reads it. Absent: nothing is replayed.
   */
  readonly replay?: string;
  /** Of the sources whose records tell it: the fields with the times of the event behind them, for the metrics. */
  readonly eventTimes?: Readonly<Record<string, EventTimes>>;
  /**
   * Where the stage's time comes from, by which it decides what the mere passing of time changes (ADR 28). Absent: from the
   * logs that it reads, up to the broker's time of what was read; only the first stage of all may do so.
   */
  readonly time?: StageClock;
  /**
   * Of the sinks, those that tell what one partition found out and all decide by, since they share their state. With its time a
   * partition also says what each of them had given of these, for what it sent elsewhere because of them (ADR 34).
   */
  readonly notices?: readonly string[];
}

/**
 * `wall`: the stage decides nothing by event time; what it waits for (a retry) comes when the clock on the wall says so.
 * `upstream`: the stages before it say how far they have come.
 */
export type StageClock =
  | { readonly kind: 'wall' }
  | {
      readonly kind: 'upstream';
      readonly upstream: readonly Upstream[];
      /** Stages before those. This one's time does not come from them, but a release of one of them concerns it. */
      readonly further?: readonly string[];
    };

/** A stage whose outputs carry time to this one. */
export interface Upstream {
  readonly stage: string;
  /** The topics by which its outputs come here. */
  readonly topics: readonly string[];
  /** True: each of its partitions may write to any partition. False: only to the one of its own number. */
  readonly spreads: boolean;
}

/** All topics that a stage reads; those of the same time are read in this order. */
export function topicsRead({ sources, replay }: Topology): readonly string[] {
  return replay === undefined ? sources : [...sources, replay];
}

/**
 * The stages whose progress concerns this one: all that are before it, and itself where it hands keys over, since its partitions say
 * what they have taken from each other.
 */
export function stagesFollowed({ stage, sources, sinks, time }: Topology): ReadonlySet<string> {
  const followed = new Set<string>();
  if (time?.kind === 'upstream')
    for (const before of [...time.upstream.map((one) => one.stage), ...(time.further ?? [])]) followed.add(before);
  if (sinks.some((topic) => sources.includes(topic))) followed.add(stage);
  return followed;
}

/** The stage as the first of all: for tests that fill its topics themselves, so that their ends tell the time. */
export function alone(topology: Topology): Topology {
  const { time, ...rest } = topology;
  return time?.kind === 'wall' ? topology : rest;
}

/** Names of fields that hold milliseconds since the epoch. */
export interface EventTimes {
  /** When the event happened. */
  readonly happened: string;
  /** When it came in; absent: the records don't say. */
  readonly received?: string;
}
