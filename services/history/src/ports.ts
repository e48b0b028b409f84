import type { AnswerColumn } from './domain/answer-lines.ts';
import type { DeadLetterCount, ListedLetter } from './domain/dead-letter.ts';
import type { LetterPlace, ReplayState } from './domain/letter-replay.ts';
import type { Passing } from './domain/live-event.ts';
import type { MessageFacts } from './domain/message-way.ts';
import type { SizeChange, SizeWindow } from './domain/segment-sizes.ts';
import type { StatementFault } from './domain/statement.ts';

/** An event of a profile, as the timeline shows it. */
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
  /** JSON texts as they came; empty where there was none. */
  readonly properties: string;
  readonly traits: string;
  readonly context: string;
  /** The profile that the event was recorded for; another than the surviving one after a merge. */
  readonly recorded_profile_id: string;
}

/** Position in a timeline, newest first: what the order of events goes by. */
export interface TimelinePosition {
  readonly timestamp_ms: number;
  readonly received_at_ms: number;
  readonly request_position: number;
  readonly source: string;
  readonly message_id: string;
}

/** A page of a profile's timeline: one event more than asked for where there are more. */
export interface Timeline {
  /** The surviving profile of the id asked for. */
  readonly profile_id: string;
  readonly events: readonly TimelineEvent[];
}

/** How many there are of something, by what tells them apart. */
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

/** The JSON texts of an event as they came; empty where there was none. */
export interface EventTexts {
  readonly properties: string;
  readonly traits: string;
  readonly context: string;
}

/** Reads the history. Methods throw a problem (503) while ClickHouse is away. */
export interface HistoryReader {
  timeline(profile_id: string, limit: number, after: TimelinePosition | null): Promise<Timeline>;
  counts(): Promise<Counts>;
  /** Everything with this messageId, of any source. */
  message(message_id: string): Promise<MessageFacts>;
  /** What an event of a profile brought along; null where it is not there. */
  messageTexts(message_id: string, source: string, profile_id: string): Promise<EventTexts | null>;
}

/** What happened since a moment, such as the beginning of the day. */
export interface Today {
  readonly events: number;
  /** Surviving profiles with events. */
  readonly profiles: number;
  readonly rejected: number;
  readonly duplicate: number;
  /** Times that a profile entered or left a segment, and in how many segments. */
  readonly entered: number;
  readonly left: number;
  readonly segments: number;
  readonly delivered: number;
  readonly failed: number;
  readonly filtered: number;
  readonly merges: number;
}

/** Reads figures. Methods throw a problem (503) while ClickHouse is away; an answer may be some seconds old. */
export interface FiguresReader {
  today(since_ms: number): Promise<Today>;
  /** By segment; one that nobody entered up to the end of the window is not there. */
  sizeChanges(segments: readonly string[], window: SizeWindow): Promise<ReadonlyMap<string, readonly SizeChange[]>>;
}

/** A track event's name and how many there are of it. */
export interface SeenEvent {
  readonly event: string;
  readonly count: number;
}

/** Reads what was seen, for those who choose. Methods throw a problem (503) while ClickHouse is away. */
export interface SeenReader {
  /** The most frequent first, 500 at most. */
  events(): Promise<readonly SeenEvent[]>;
  /** Properties of some of the events of that name, as JSON texts, the latest among them. */
  properties(event: string): Promise<readonly string[]>;
  /** Traits of some profiles, as JSON texts, those that changed last among them. */
  traits(): Promise<readonly string[]>;
}

/** What became of a letter that somebody wants processed again. */
export interface ReplayOutcome extends LetterPlace {
  readonly state: ReplayState;
}

/** What the stages set aside. Methods throw a problem (503) while Kafka is away. */
export interface DeadLetters {
  /** Every stage that has a dead-letter topic. */
  readonly stages: readonly string[];
  /** How many there are of each stage. */
  counts(): Promise<readonly DeadLetterCount[]>;
  /** Some of the latest of a stage, the newest first. */
  latest(stage: string): Promise<readonly ListedLetter[]>;
  /** Has letters processed again by the stage that set them aside, each once however often it is asked for. */
  replay(stage: string, places: readonly LetterPlace[]): Promise<readonly ReplayOutcome[]>;
}

/** What a feed is told to do with what it reads. */
export interface FeedTaker {
  /** It reads from now on. */
  live(): void;
  /** Events that went by, and how many more did that it did not look at. */
  take(events: readonly Passing[], unread: number): void;
  /** It can't go on. */
  failed(): void;
}

/** A feed that was opened. */
export interface OpenFeed {
  is_live(): boolean;
  /** Also where it is not live yet; never rejects. */
  close(): Promise<void>;
}

/** Begins to read events as they arrive, from now on. */
export type LiveFeed = (taker: FeedTaker) => OpenFeed;

/** A statement of somebody's, to be run as the user that may only read. */
export interface Statement {
  /** Chosen by whoever asks, to cancel it by: unique among this person's. */
  readonly id: string;
  /** Whose it is, an opaque word: turns are given out by person. */
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

/** The answer to a statement, while it comes. */
export interface OpenAnswer {
  readonly columns: readonly AnswerColumn[];
  /** Rows as JSON has them, once; throws a problem where the statement fails midway. */
  rows(): AsyncGenerator<readonly unknown[], void, void>;
  readSoFar(): ReadSoFar;
  /** Ends the statement, if it still runs. To be called in any case. */
  close(): void;
}

/** A table that statements may read. */
export interface CatalogueTable {
  readonly name: string;
  /** Names of the texts that it is called with; none: it is a table as others. */
  readonly parameters: readonly string[];
  readonly comment: string;
  readonly columns: readonly (AnswerColumn & { readonly comment: string })[];
}

/** A text that is not run, and who sent it. */
export type UnfitStatement = Pick<Statement, 'person'> & { readonly text: string };

/** Runs statements within the limits of the user that may only read. Methods throw problems. */
export interface Statements {
  /** Begins a statement; when its turn comes, since few run at a time. The signal ends it. */
  open(statement: Statement, signal: AbortSignal): Promise<OpenAnswer>;
  /** What is said of a text that is not run: where it can't be read, ClickHouse's own words. */
  refusal(statement: UnfitStatement, fault: StatementFault, signal: AbortSignal): Promise<Error>;
  /** Ends a person's statement by its id, wherever it runs; nothing happens where none does. */
  cancel(statement: Pick<Statement, 'id' | 'person'>): Promise<void>;
  /** The tables for people, in the order of the documentation. */
  catalogue(): Promise<readonly CatalogueTable[]>;
  /** Ends all statements of this instance. */
  endAll(): void;
}

/** Tokens of what the module provides. */
export const TOKENS = {
  reader: Symbol('HistoryReader'),
  figures: Symbol('FiguresReader'),
  seen: Symbol('SeenReader'),
  live: Symbol('LiveEvents'),
  dead_letters: Symbol('DeadLetters'),
  statements: Symbol('Statements'),
} as const;
