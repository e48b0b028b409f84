/** A stage of the stream as plain data: what it reads, what it writes, where poison goes. */
export interface Topology {
  /** Name of the stage: its consumer group is `hilo.<stage>`, its PostgreSQL schema `<stage>`. */
  readonly stage: string;
  /**
   * Topics to read. All have the same partition count; one instance reads the same partition number of each. Records of
   * the same millisecond are read in this order: notices of merges belong after the records of what they absorb.
   */
  readonly sources: readonly string[];
  /** Topics to write. An output to a topic that is not listed is a bug and ends the process. */
  readonly sinks: readonly string[];
  /** Topic for records that cannot be processed, with their original key, bytes and headers. */
  readonly deadLetter: string;
  /**
   * Topic of dead letters to process again: each is the dead letter's record, copied unchanged, and becomes the
   * original record again. Only this stage reads it. Absent: nothing is replayed.
   */
  readonly replay?: string;
  /** For sources whose records have them: the fields with the times of the event behind a record, for the metrics. */
  readonly eventTimes?: Readonly<Record<string, EventTimes>>;
  /**
   * Where the stage's time comes from, by which it decides what the passing of time changes (ADR 28). Absent: from the
   * logs that it reads, up to the broker's time of what was read; only the first stage of all may do so.
   */
  readonly time?: StageClock;
  /**
   * Sinks that publish what one partition found and all decide by, since they share their state. With its time, a
   * partition also reports what each of them had published to these, for what it sent elsewhere because of them (ADR
   * 34).
   */
  readonly notices?: readonly string[];
}

/**
 * `wall`: the stage decides nothing by event time; what it waits for (a retry) comes by the wall clock. `upstream`: the
 * stages before it report how far they are.
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
  /** The topics that its outputs use. */
  readonly topics: readonly string[];
  /** True: each of its partitions may write to any partition. False: only to the one with its own number. */
  readonly spreads: boolean;
}

/** All topics that a stage reads; records of the same time are read in this order. */
export function topicsRead({ sources, replay }: Topology): readonly string[] {
  return replay === undefined ? sources : [...sources, replay];
}

/**
 * The stages whose progress concerns this one: all that are before it, and itself if it hands keys over, since its
 * partitions report what they have read from each other.
 */
export function stagesFollowed({ stage, sources, sinks, time }: Topology): ReadonlySet<string> {
  const followed = new Set<string>();
  if (time?.kind === 'upstream')
    for (const before of [...time.upstream.map((one) => one.stage), ...(time.further ?? [])]) followed.add(before);
  if (sinks.some((topic) => sources.includes(topic))) followed.add(stage);
  return followed;
}

/** The stage as the first of all: for tests that fill its topics themselves, so that their ends set the time. */
export function alone(topology: Topology): Topology {
  const { time, ...rest } = topology;
  return time?.kind === 'wall' ? topology : rest;
}

/** Names of fields that hold milliseconds since the epoch. */
export interface EventTimes {
  /** When the event happened. */
  readonly happened: string;
  /** When it was received; absent: the records do not say. */
  readonly received?: string;
}
