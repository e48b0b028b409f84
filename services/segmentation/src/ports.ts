import type { Condition, EventSelector, NamedEvent } from '@hilo/behaviour/version-2';
import type { AskedEvents, PastEventRow } from '@hilo/behaviour/version-2/sql';
import type { SegmentDefined, SegmentPast } from '@hilo/schemas';
import type { AskedKeys } from '@hilo/streaming';
import type { Backfill, BackfillPhase, BackfillProgress, SettlingTopic } from './domain/backfill.ts';
import type { SavedSegment, SaveResult, WantedSegment } from './domain/catalogue.ts';
import type { Definitions } from './domain/definitions.ts';
import type { PreviewWarning } from './domain/preview-warnings.ts';
import type { ProfileState } from './domain/profile-state.ts';
import type { RfmFound, RfmQuestion } from './domain/rfm-thresholds.ts';
import type { CommittedProfile, InForce, RecordedProfile } from './domain/verify.ts';

/** A segment that is not deleted, with what is known around it. */
export interface ListedSegment extends SavedSegment {
  readonly condition: Condition;
  /** Its number of members, as of the stage's last commit. */
  readonly members: number;
  /** The time from which all events count that it asks for; null if all of the past counts, or it asks for none. */
  readonly eventsCountedFromMs: number | null;
  /** True once the definition is on its way to every partition; if it needs a backfill, once it is in force in all. */
  readonly published: boolean;
}

/** A profile in a segment. */
export interface Member {
  readonly profile_id: string;
  /** Version of the definition by which it is in. */
  readonly segment_version: number;
  readonly since_ms: number;
}

/** The service's own tables: definitions and members. */
export interface SegmentStore {
  /** Saves or deletes a segment and stores its record as unpublished, all or nothing. */
  save(wanted: WantedSegment, nowMs: number): Promise<SaveResult>;
  /** Begins to look up the past of a segment that an earlier release saved. */
  saveWithPast(key: string, nowMs: number): Promise<SaveResult>;
  /** Ends a backfill before its definition is in force; null: none runs. */
  cancelBackfill(key: string, nowMs: number): Promise<SaveResult | null>;
  /** An existing segment. */
  find(key: string): Promise<ListedSegment | null>;
  /** Existing segments by key, after the given one. */
  list(after: string | null, limit: number): Promise<readonly ListedSegment[]>;
  /** Members of a segment by id, after the given one. */
  members(segment: string, after: string | null, limit: number): Promise<readonly Member[]>;
  /**
   * Passes the unpublished records to `publish`, oldest first, and deletes each once it is done. One caller at a time
   * over all instances: the others get null. Returns how many were published; throws what `publish` throws.
   */
  publishNext(publish: (record: SegmentDefined) => Promise<void>): Promise<number | null>;
}

/** Profiles that are due to leave, or enter, by time. */
export interface WaitingPeople {
  /** How many were due at a time, at most `limit` per partition, and since when the first; null: none. */
  waiting(
    due_ms: number,
    partitions: number,
    limit: number,
  ): Promise<{ readonly people: number; readonly since_ms: number | null }>;
}

/** The backfills of all segments. */
export interface Backfills {
  /** The latest backfill of a segment. */
  find(segment: string): Promise<Backfill | null>;
  /** Works on them, all or nothing; one instance at a time, the others get null. */
  underLock<T>(work: (steps: BackfillSteps) => Promise<T>): Promise<T | null>;
}

/** What advances backfills. A backfill that was replaced meanwhile stays as it is. */
export interface BackfillSteps {
  /** Those that are not done, oldest first. */
  unfinished(): Promise<readonly Backfill[]>;
  /** For each number of a record on `segments.definitions`, the partitions that have folded it, and their next offsets by topic then. */
  positions(
    numbers: readonly number[],
  ): Promise<ReadonlyMap<number, ReadonlyMap<number, Readonly<Record<string, number>>>>>;
  /** The next offsets of each partition by topic, as they are committed. */
  checkpoints(): Promise<ReadonlyMap<number, Readonly<Record<string, number>>>>;
  /** All segments. */
  definitions(): Promise<ReadonlyMap<string, SavedSegment>>;
  /** Writes for each a record that makes partitions collect events. */
  cut(backfills: readonly Backfill[]): Promise<void>;
  move(backfills: readonly Backfill[], phase: BackfillPhase, progress: BackfillProgress): Promise<void>;
  /** Brings the definitions into force. */
  switchTo(backfills: readonly Backfill[], nowMs: number): Promise<void>;
  end(backfills: readonly Backfill[], nowMs: number): Promise<void>;
}

/** The logs that backfills depend on. Methods throw `TransientFaultError` while Kafka is unavailable. */
export interface BackfillLog {
  stop(): Promise<void>;
  /** Writes to `segmentation.backfill`, acknowledged by all replicas. */
  write(records: readonly SegmentPast[]): Promise<void>;
  /** Writes to each of its partitions a record that only moves the reader on. */
  writeMarks(): Promise<void>;
  /** First and next offset of a topic's partitions. */
  ends(topic: SettlingTopic): Promise<ReadonlyMap<number, { readonly low: number; readonly high: number }>>;
  /** Kafka's id of `events.identified`, and how far history has loaded each of its partitions: the next offset. */
  loaded(): Promise<{ readonly topicId: string; readonly offsets: ReadonlyMap<number, number> }>;
}

/** Events of the past, as they are in ClickHouse. */
export interface PastEvents {
  /** How many of these events there are. */
  count(selectors: readonly EventSelector[]): Promise<number>;
  /** At least `rows` of them, profile by profile from after the given one, in groups. If it is fewer, those were the last. */
  read(selectors: readonly EventSelector[], after: string, rows: number): AsyncIterable<readonly PastEventRow[]>;
  stop(): Promise<void>;
}

/** Writes a definition to every partition of its topic, acknowledged by all replicas. */
export interface DefinitionWriter {
  start(): Promise<void>;
  stop(): Promise<void>;
  write(record: SegmentDefined): Promise<void>;
}

/** Makes the loop look for unpublished records now. Resolves when it has, or after a short while. */
export interface PublishSoon {
  publishSoon(): Promise<void>;
}

/** A condition to be tried out. */
export interface PreviewQuestion {
  readonly condition: Condition;
  /** The moment; null: now, with every event that is known. */
  readonly asOfMs: number | null;
  /** The conditions of other segments, for `in`. */
  readonly segments: ReadonlyMap<string, Condition>;
  /** The segments whose members are compared. */
  readonly compared: readonly string[];
  /** Who asks, as an opaque word: people take fair turns. */
  readonly person: string;
}

/** The profiles for which a condition holds. */
export interface PreviewFound {
  readonly size: number;
  /** All known profiles. */
  readonly of: number;
  readonly sample: readonly { readonly profile_id: string; readonly holds: readonly string[] }[];
  readonly overlap: readonly { readonly segment: string; readonly both: number }[];
  readonly warnings: readonly PreviewWarning[];
}

/** Tries conditions out on everything that happened. */
export interface Previews {
  /** Divides customers into fifths. Throws as `preview` does. */
  fifths(question: RfmQuestion, signal: AbortSignal): Promise<RfmFound>;
  /** Throws a problem if there is no answer: a form that cannot be evaluated, a limit, a store that does not answer. */
  preview(question: PreviewQuestion, signal: AbortSignal): Promise<PreviewFound>;
}

/** What the stage has committed about a profile. */
export interface CommittedState {
  readonly state: ProfileState;
  /** The definitions in force in the profile's partition. */
  readonly definitions: Definitions;
}

/** The states of profiles, as the stage commits them. */
export interface ProfileStates {
  /** The state of a profile, or of the one that absorbed it; null: the stage knows neither. */
  read(profile_id: string): Promise<CommittedState | null>;
}

/** Events to look up. */
export interface NamesQuestion {
  readonly asked: readonly AskedEvents[];
  readonly profile_id: string;
  readonly momentMs: number;
  /** Who asks, as an opaque word: people take fair turns. */
  readonly person: string;
}

/** Looks events up in the history. */
export interface EventNames {
  /** Null: the history does not answer, or has no turn for the person. */
  name(question: NamesQuestion, signal: AbortSignal): Promise<readonly NamedEvent[] | null>;
}

/** A change of membership, as the history has it. */
export interface RecordedChange {
  readonly segment: string;
  readonly segment_version: number;
  /** The profile that it concerns now: a survivor has the changes of those that it absorbed. */
  readonly profile_id: string;
  readonly recorded_profile_id: string;
  readonly version: number;
  readonly status: 'entered' | 'exited';
  readonly reason: string;
  readonly message_id: string | null;
  /** Times in milliseconds since the epoch. */
  readonly event_ms: number | null;
  readonly decided_ms: number;
  readonly unproven: boolean;
  readonly backfilled: boolean;
  readonly historical: boolean;
}

/** Which changes of a segment are asked for, the newest first. */
export interface ChangesQuestion {
  readonly segment: string;
  /** Null: of all profiles. */
  readonly profile_id: string | null;
  /** Decided from `fromMs` on, and before `toMs`; null: no such end. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** Older than the change at this position: when it was decided, the recorded profile, its version. */
  readonly after: readonly [decided_ms: string, recorded_profile_id: string, version: string] | null;
  readonly limit: number;
  readonly person: string;
}

/** The changes of membership, in ClickHouse. */
export interface MembershipHistory {
  /** Throws a problem if there is no answer. */
  changes(question: ChangesQuestion, signal: AbortSignal): Promise<readonly RecordedChange[]>;
}

/** Some profiles of a partition as the stage committed them, all in one snapshot. */
export interface CommittedRange extends InForce {
  readonly partition: number;
  readonly definitions: Definitions;
  readonly profiles: readonly CommittedProfile[];
  /** Up to which profile the partition was read; null: to its end. */
  readonly to: string | null;
  /** The moment for which the partition last decided, milliseconds since the epoch. */
  readonly momentMs: number;
  /** Of a topic, the offset below which each partition has folded everything. */
  offsets(topic: string): readonly number[];
  /** True if a partition has sent handovers to another that it has not taken. */
  isInFlight(from: number, to: number): boolean;
}

/** What the stage has committed. */
export interface CommittedProfiles {
  read(partition: number, asked: AskedKeys): Promise<CommittedRange>;
}

/** What ClickHouse has of a range. */
export interface RecordedRange {
  /** Profiles of the range that ClickHouse knows and the stage does not. */
  readonly unknown: readonly string[];
  readonly recorded: ReadonlyMap<string, RecordedProfile>;
  /** When the first event of all was received, in milliseconds; null: there is none. */
  readonly firstReceivedMs: number | null;
  /** The profiles in each of these segments at a moment, by the events below the range's position. Throws a problem. */
  members(
    profiles: readonly string[],
    segments: readonly string[],
    momentMs: number,
  ): Promise<ReadonlyMap<string, ReadonlySet<string>>>;
}

/** The second opinion: what ClickHouse says. */
export interface RecordedProfiles {
  /** Null while ClickHouse has not loaded everything up to the range's position. Throws a problem. */
  look(range: CommittedRange, asked: AskedKeys, signal: AbortSignal): Promise<RecordedRange | null>;
}

/** How the background found a partition the last time. */
export interface VerifiedPartition {
  readonly partition: number;
  /** When it ended, milliseconds since the epoch. */
  readonly endedMs: number;
  readonly checked: number;
  readonly undecided: number;
  readonly differences: number;
}

/** What verification in the background has found. */
export interface Verifications {
  /** The partition that waits longest, if nobody has begun with it since then; null: none. It is the caller's from now on. */
  claim(partitions: number, notSinceMs: number, nowMs: number): Promise<number | null>;
  done(result: VerifiedPartition): Promise<void>;
  /** Partitions that were verified to their end, by their numbers. */
  latest(): Promise<readonly VerifiedPartition[]>;
}

/** Injection tokens. */
export const TOKENS = {
  store: Symbol('SegmentStore'),
  previews: Symbol('Previews'),
  states: Symbol('ProfileStates'),
  events: Symbol('EventNames'),
  history: Symbol('MembershipHistory'),
  zone: Symbol('Zone'),
  publisher: Symbol('PublishSoon'),
  backfills: Symbol('Backfills'),
  origins: Symbol('Origins'),
  partitions: Symbol('partitions'),
  verify: Symbol('VerifyMemberships'),
  verifications: Symbol('Verifications'),
} as const;
