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
  /** Of the sources whose records tell it: the fields with the times of the event behind them, for the metrics. */
  readonly eventTimes?: Readonly<Record<string, EventTimes>>;
}

/** Names of fields that hold milliseconds since the epoch. */
export interface EventTimes {
  /** When the event happened. */
  readonly happened: string;
  /** When it came in; absent: the records don't say. */
  readonly received?: string;
}
