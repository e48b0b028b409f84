import type { ReleasedOrigin } from '@hilo/schemas';
import type { ProgressBoard } from './progress-board.ts';

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
