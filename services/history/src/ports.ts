import type { AnswerColumn } from './domain/answer-lines.ts';
import type { DeadLetterCount, ListedDeadLetter } from './domain/dead-letter.ts';
import type { DeadLetterPlace, ReplayState } from './domain/dead-letter-replay.ts';
import type { Passing } from './domain/live-event.ts';
import type { MessageFacts } from './domain/message-way.ts';
import type { SizeChange, SizeWindow } from './domain/segment-sizes.ts';
import type { StatementFault } from './domain/statement.ts';

/** An event of a profile, for the timeline. */
export interface TimelineEvent {
  readonly message_id: string;
  readonly type: string;
  readonly event: string | null;
  readonly name: string | null;
  readonly source: string;
  readonly user_id: string | null;
  readonly anonymous_id: string | null;
  readonly timestamp_ms: number;
  readonly received_at_ms: number;
  /** Position in the request that brought it. */
  readonly request_position: number;
  /** JSON texts as they came; empty if there was none. */
  readonly properties: string;
  readonly traits: string;
  readonly context: string;
  /** The profile that the event was recorded for; after a merge, not the surviving one. */
  readonly recorded_profile_id: string;
}

/** Position in a timeline, newest first: the fields of the order of events. */
export interface TimelinePosition {
  readonly timestamp_ms: number;
  readonly received_at_ms: number;
  readonly request_position: number;
  readonly source: string;
  readonly message_id: string;
}

/** A page of a profile's timeline, with one extra event if there are more. */
export interface Timeline {
  /** The surviving profile of the requested id. */
  readonly profile_id: string;
  readonly events: readonly TimelineEvent[];
}

/** Counts by a distinguishing value. */
export type Count<By extends string> = Readonly<Record<By, string>> & { readonly count: number };

/** Everything counted, for the console and for accounting. */
export interface Counts {
  readonly events: readonly Count<'source' | 'type'>[];
  readonly rejected: readonly Count<'source' | 'state' | 'reason'>[];
  readonly memberships: readonly Count<'segment' | 'status'>[];
  readonly deliveries: readonly Count<'destination' | 'status' | 'reason'>[];
  readonly profiles: number;
  readonly merges: number;
}

/** The JSON texts of an event as they came; empty if there was none. */
export interface EventTexts {
  readonly properties: string;
  readonly traits: string;
  readonly context: string;
}

/** Reads the history. Methods throw a problem (503) while ClickHouse is unavailable. */
export interface HistoryReader {
  timeline(profile_id: string, limit: number, after: TimelinePosition | null): Promise<Timeline>;
  counts(): Promise<Counts>;
  /** Everything with this messageId, of any source. */
  message(message_id: string): Promise<MessageFacts>;
  /** The payload of a profile's event; null if it does not exist. */
  messageTexts(message_id: string, source: string, profile_id: string): Promise<EventTexts | null>;
}

/** What happened since a moment, such as the start of the day. */
export interface Today {
  readonly events: number;
  /** Surviving profiles with events. */
  readonly profiles: number;
  readonly rejected: number;
  readonly duplicate: number;
  /** How often a profile entered or left a segment, and in how many segments. */
  readonly entered: number;
  readonly left: number;
  readonly segments: number;
  readonly delivered: number;
  readonly failed: number;
  readonly filtered: number;
  readonly merges: number;
}

/** Reads figures. Methods throw a problem (503) while ClickHouse is unavailable; an answer may be some seconds old. */
export interface FiguresReader {
  today(since_ms: number): Promise<Today>;
  /** By segment; omits one that nobody entered up to the end of the window. */
  sizeChanges(segments: readonly string[], window: SizeWindow): Promise<ReadonlyMap<string, readonly SizeChange[]>>;
}

/** A track event's name and its count. */
export interface SeenEvent {
  readonly event: string;
  readonly count: number;
}

/** Reads suggestions. Methods throw a problem (503) while ClickHouse is unavailable. */
export interface SeenReader {
  /** Most frequent first, at most 500. */
  events(): Promise<readonly SeenEvent[]>;
  /** Properties of some events of that name, as JSON texts, the latest among them. */
  properties(event: string): Promise<readonly string[]>;
  /** Traits of some profiles, as JSON texts, those that changed last among them. */
  traits(): Promise<readonly string[]>;
}

/** The result of replaying one dead letter. */
export interface ReplayOutcome extends DeadLetterPlace {
  readonly state: ReplayState;
}

/** The stages' dead letters. Methods throw a problem (503) while Kafka is unavailable. */
export interface DeadLetters {
  /** Every stage that has a dead-letter topic. */
  readonly stages: readonly string[];
  /** How many each stage has. */
  counts(): Promise<readonly DeadLetterCount[]>;
  /** Some of a stage's latest, newest first. */
  latest(stage: string): Promise<readonly ListedDeadLetter[]>;
  /** Replays dead letters to the stage that wrote them, each once however often it is asked for. */
  replay(stage: string, places: readonly DeadLetterPlace[]): Promise<readonly ReplayOutcome[]>;
}

/** Callbacks of a feed. */
export interface FeedTaker {
  /** It reads from now on. */
  live(): void;
  /** Events that passed, and how many more were not decoded. */
  take(events: readonly Passing[], unread: number): void;
  /** It cannot go on. */
  failed(): void;
}

/** An open feed. */
export interface OpenFeed {
  isLive(): boolean;
  /** Also if it is not live yet; never rejects. */
  close(): Promise<void>;
}

/** Starts to read events as they arrive, from now on. */
export type LiveFeed = (taker: FeedTaker) => OpenFeed;

/** A person's statement, to run as the read-only user. */
export interface Statement {
  /** Chosen by the caller, to cancel it by; unique per person. */
  readonly id: string;
  /** Whose it is, as an opaque word: turns are shared by person. */
  readonly person: string;
  readonly sql: string;
  /** Values for `{name:Type}` in the statement. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** How much a statement has read so far. */
export interface ReadSoFar {
  readonly rows: number;
  readonly bytes: number;
}

/** The answer to a statement, as it arrives. */
export interface OpenAnswer {
  readonly columns: readonly AnswerColumn[];
  /** Rows as JSON has them, once; throws a problem if the statement fails midway. */
  rows(): AsyncGenerator<readonly unknown[], void, void>;
  readSoFar(): ReadSoFar;
  /** Ends the statement if it still runs. Always call it. */
  close(): void;
}

/** A table that statements can read. */
export interface CatalogueTable {
  readonly name: string;
  /** Names of its text parameters; none: an ordinary table. */
  readonly parameters: readonly string[];
  readonly comment: string;
  readonly columns: readonly (AnswerColumn & { readonly comment: string })[];
}

/** A text that does not run, and who sent it. */
export type UnfitStatement = Pick<Statement, 'person'> & { readonly text: string };

/** Runs statements within the limits of the read-only user. Methods throw problems. */
export interface Statements {
  /** Begins a statement when its turn comes, since few run at a time. The signal ends it. */
  open(statement: Statement, signal: AbortSignal): Promise<OpenAnswer>;
  /** The error for a text that does not run: if ClickHouse cannot parse it, ClickHouse's own words. */
  refusal(statement: UnfitStatement, fault: StatementFault, signal: AbortSignal): Promise<Error>;
  /** Ends a person's statement by its id, wherever it runs; does nothing if there is none. */
  cancel(statement: Pick<Statement, 'id' | 'person'>): Promise<void>;
  /** The tables for people, in the order of the documentation. */
  catalogue(): Promise<readonly CatalogueTable[]>;
  /** Ends all statements of this instance. */
  endAll(): void;
}

/** Injection tokens of the module. */
export const TOKENS = {
  reader: Symbol('HistoryReader'),
  figures: Symbol('FiguresReader'),
  seen: Symbol('SeenReader'),
  live: Symbol('LiveEvents'),
  dead_letters: Symbol('DeadLetters'),
  statements: Symbol('Statements'),
} as const;
