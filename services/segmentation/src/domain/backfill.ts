/**
 * The way of a definition that lacks its past. `declared`: partitions get to know it. `cutting`: each partition begins to collect
 * events for it. `reading`: the events before that are looked up. `settling`: what was looked up reaches the profiles. `switching`:
 * it comes into force. `done`: it is in force everywhere.
 */
export type BackfillPhase = 'declared' | 'cutting' | 'reading' | 'settling' | 'switching' | 'done';

/** The backfill of a segment. */
export interface Backfill {
  readonly segment: string;
  /** Number of the change that declared the definition. */
  readonly generation: number;
  /** Ids of the series that are begun anew; without any, the definition waits only for those that it names. */
  readonly series: readonly string[];
  readonly phase: BackfillPhase;
  /** Number of the record on `segments.definitions` that began the phase; that of the cut until the definition is switched. */
  readonly number: number;
  readonly progress: BackfillProgress;
  readonly requestedAtMs: number;
  readonly endedAtMs: number | null;
}

/** How far a backfill is. */
export interface BackfillProgress {
  /** The last profile whose past was looked up; empty: none. */
  readonly after: string;
  /** Events looked up so far. */
  readonly read: number;
  /** Events to look up, about; null: not counted yet. */
  readonly of: number | null;
  /** Records written to `segmentation.backfill`. */
  readonly records: number;
  /** Rounds of settling that are over. */
  readonly rounds: number;
  /** What every partition must have read before the next step of settling. */
  readonly awaited: Awaited | null;
}

/** Ends of a topic's partitions. */
export interface Awaited {
  readonly topic: SettlingTopic;
  readonly ends: readonly (readonly [partition: number, offset: number])[];
}

/** Topics on which the past of profiles travels: to the profile that it was recorded for, and on to the one that absorbed it. */
export type SettlingTopic = 'segmentation.backfill' | 'segmentation.handover';

/** A backfill begins. */
export const NO_PROGRESS: BackfillProgress = { after: '', read: 0, of: null, records: 0, rounds: 0, awaited: null };

/**
 * Rounds of settling. Each brings what was looked up one profile further, so that a profile that was absorbed so many times in a row
 * has it before the switch. What comes later is added then.
 */
export const ROUNDS = 3;
