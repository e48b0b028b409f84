import type { ReleasedOrigin } from '@hilo/schemas';
import type { ProgressBoard } from './progress-board.ts';

/** The origins of other stages that a stage has its time from, and what somebody may do about one that stands still. */
export interface Origins {
  /** How far the partition of a stage is, as far as is known here. */
  originOf(stage: string, partition: number): OriginStanding;
  /** Has every instance of every stage leave an origin out until it moves. Throws `TransientFault` where the log is away. */
  release(stage: string, partition: number): Promise<void>;
}

/** How far the partition of a stage is, as it said last. */
export interface OriginStanding {
  readonly stage: string;
  readonly partition: number;
  /** Everything that it was to bring before this time, it has brought; null: it never said anything. */
  readonly read_to_ms: number | null;
  /** How long it has said no later time, as far as this process knows, in milliseconds. */
  readonly stands_ms: number;
  /** True while it is left out because somebody released it. */
  readonly is_released: boolean;
}

/**
 * Origins that somebody released: the stages after them leave them out of their time until they move. An origin has moved
 * once it says a later time than the one at which it stood, or speaks under another incarnation.
 *
 * Whether a release stands follows from it and from what the origin said last, in whatever order both are read. So every
 * instance of every stage comes to the same answer, and a release whose origin has moved is none, also after a restart.
 */
export class ReleasedOrigins {
  readonly #board: ProgressBoard;
  readonly #standing = new Map<string, ReleasedOrigin>();

  constructor(board: ProgressBoard) {
    this.#board = board;
  }

  /** A release as it was read. True where an origin is left out now that was not before. */
  take(release: ReleasedOrigin): boolean {
    const name = nameOf(release.stage, release.partition);
    const before = this.#standing.get(name);
    const isOlder = before?.incarnation === release.incarnation && before.read_to > release.read_to;
    if (isOlder || this.#hasMoved(release)) return false;
    this.#standing.set(name, release);
    return before === undefined;
  }

  /** The board knows more of an origin. True where it counts again. */
  moved(stage: string, partition: number): boolean {
    if (this.#standing.size === 0) return false;
    const name = nameOf(stage, partition);
    const release = this.#standing.get(name);
    return release !== undefined && this.#hasMoved(release) && this.#standing.delete(name);
  }

  /** True while the origin is left out. */
  has(stage: string, partition: number): boolean {
    return this.#standing.size > 0 && this.#standing.has(nameOf(stage, partition));
  }

  /** True while any origin is left out. */
  get any(): boolean {
    return this.#standing.size > 0;
  }

  #hasMoved({ stage, partition, incarnation, read_to }: ReleasedOrigin): boolean {
    const said = this.#board.of(stage, partition);
    return said !== undefined && (said.incarnation !== incarnation || said.read_to > read_to);
  }
}

/** The release of an origin that stands where it said last; one that never said anything stands before all time. */
export function releaseOf(stage: string, partition: number, said: ReleasedAt | undefined): ReleasedOrigin {
  return { stage, partition, incarnation: said?.incarnation ?? '', read_to: said?.read_to ?? 0 };
}

type ReleasedAt = Pick<ReleasedOrigin, 'incarnation' | 'read_to'>;

function nameOf(stage: string, partition: number): string {
  return `${stage}/${partition}`;
}
