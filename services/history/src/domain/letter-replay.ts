import { TOPICS } from '@hilo/schemas';

/** Where a dead letter lies in its stage's dead-letter topic. */
export interface LetterPlace {
  readonly partition: number;
  readonly offset: number;
}

/** Why a letter can't be processed again. */
type ReplayRefusal = 'processed_in_part' | 'not_replayable';

/** What became of one letter of a request. */
export type ReplayState = ReplayRefusal | 'sent' | 'replayed_before' | 'not_found' | 'left_out';

/** A replay, as it lies in the stage's topic of them. */
export interface LetterReplay {
  readonly at_ms: number;
  /** Whether the stage is past it. */
  readonly is_processed: boolean;
}

/** How it stands with the replay of a letter; `possible`: nobody has asked for it. */
export type ReplayStanding = ReplayRefusal | 'possible' | 'waiting' | 'processed' | 'set_aside_again';

/** Stage, partition and incarnation, and the sequence. */
const NAME = /^([^/#]+)\/(\d+)\/[^/#]+#\d{1,15}$/;

/** What of a dead letter says whether its stage would process it again. */
interface Letter {
  readonly partition: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Topic of a stage's dead letters. */
export function lettersOf(stage: string): string {
  return `${stage}.dead-letter`;
}

/** Topic of the letters that a stage is to process again. */
export function replaysOf(stage: string): string {
  return `${stage}.replay`;
}

/** The name by which a stage knows a letter: a letter that was sent twice has it twice. */
export function nameOf({ headers }: Pick<Letter, 'headers'>): string {
  return `${headers['hilo-origin'] ?? ''}#${headers['hilo-seq'] ?? ''}`;
}

/** Why a stage would not process a letter again; null: it would. The stage looks at the same things itself. */
export function refusalOf(letter: Letter, stage: string): ReplayRefusal | null {
  const { headers, partition } = letter;
  const source = headers['hilo-source-topic'];
  const is_read = TOPICS.some(
    ({ name, consumers }) => name === source && name !== replaysOf(stage) && consumers.some((one) => one === stage),
  );
  const [, by, in_partition] = NAME.exec(nameOf(letter)) ?? [];
  const is_named = by === stage && in_partition === String(partition);
  const is_placed = headers['hilo-source-partition'] === String(partition);
  if (!is_read || !is_named || !is_placed) return 'not_replayable';
  if (headers['hilo-processed'] === 'part') return 'processed_in_part';
  return headers['hilo-processed'] === 'none' ? null : 'not_replayable';
}

/** How it stands with a letter's replay. `again`: names of letters that are replays which were set aside again. */
export function standingOf(
  letter: Letter,
  stage: string,
  replay: LetterReplay | undefined,
  again: ReadonlySet<string>,
): ReplayStanding {
  if (again.has(nameOf(letter))) return 'set_aside_again';
  if (replay === undefined) return refusalOf(letter, stage) ?? 'possible';
  return replay.is_processed ? 'processed' : 'waiting';
}
