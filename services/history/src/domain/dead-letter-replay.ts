import { TOPICS } from '@hilo/schemas';

/** A dead letter's position in its topic. */
export interface DeadLetterPlace {
  readonly partition: number;
  readonly offset: number;
}

/** Why a dead letter cannot be replayed. */
type ReplayRefusal = 'processed_in_part' | 'not_replayable';

/** The result for one dead letter of a request. */
export type ReplayState = ReplayRefusal | 'sent' | 'replayed_before' | 'not_found' | 'left_out';

/** A replay in the stage's replay topic. */
export interface DeadLetterReplay {
  readonly at_ms: number;
  /** Whether the stage has read past it. */
  readonly isProcessed: boolean;
}

/** The state of a dead letter's replay; `possible`: not replayed yet. */
export type ReplayStanding = ReplayRefusal | 'possible' | 'waiting' | 'processed' | 'set_aside_again';

/** Stage, partition and incarnation, and the sequence. */
const NAME = /^([^/#]+)\/(\d+)\/[^/#]+#\d{1,15}$/;

/** What of a dead letter says whether its stage would process it again. */
interface ReplayableDeadLetter {
  readonly partition: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** A stage's dead-letter topic. */
export function deadLettersOf(stage: string): string {
  return `${stage}.dead-letter`;
}

/** A stage's replay topic. */
export function replaysOf(stage: string): string {
  return `${stage}.replay`;
}

/** The name by which a stage knows a dead letter: one that was sent twice has the same name twice. */
export function nameOf({ headers }: Pick<ReplayableDeadLetter, 'headers'>): string {
  return `${headers['hilo-origin'] ?? ''}#${headers['hilo-seq'] ?? ''}`;
}

/** Why a stage would not process a dead letter again; null: it would. The stage checks the same itself. */
export function refusalOf(deadLetter: ReplayableDeadLetter, stage: string): ReplayRefusal | null {
  const { headers, partition } = deadLetter;
  const source = headers['hilo-source-topic'];
  const isRead = TOPICS.some(
    ({ name, consumers }) => name === source && name !== replaysOf(stage) && consumers.some((one) => one === stage),
  );
  const [, by, inPartition] = NAME.exec(nameOf(deadLetter)) ?? [];
  const isNamed = by === stage && inPartition === String(partition);
  const isPlaced = headers['hilo-source-partition'] === String(partition);
  if (!isRead || !isNamed || !isPlaced) return 'not_replayable';
  if (headers['hilo-processed'] === 'part') return 'processed_in_part';
  return headers['hilo-processed'] === 'none' ? null : 'not_replayable';
}

/** The state of a dead letter's replay. `again`: names of dead letters that are failed replays. */
export function standingOf(
  deadLetter: ReplayableDeadLetter,
  stage: string,
  replay: DeadLetterReplay | undefined,
  again: ReadonlySet<string>,
): ReplayStanding {
  if (again.has(nameOf(deadLetter))) return 'set_aside_again';
  if (replay === undefined) return refusalOf(deadLetter, stage) ?? 'possible';
  return replay.isProcessed ? 'processed' : 'waiting';
}
