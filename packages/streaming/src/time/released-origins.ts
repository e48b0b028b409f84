import type { ReleasedOrigin } from '@hilo/schemas';
import type { ProgressBoard } from './progress-board.ts';

/** The origins of other stages that a stage's time comes from, and how to release one that stands still. */
export interface Origins {
  /** How far a stage's partition is, as far as known here. */
  originOf(stage: string, partition: number): OriginStanding;
  /**
   * Makes every instance of every stage leave an origin out until it moves. Throws `TransientFaultError` if the log is
   * unavailable.
   */
  release(stage: string, partition: number): Promise<void>;
}

/** How far a stage's partition is, by its last report. */
export interface OriginStanding {
  readonly stage: string;
  readonly partition: number;
  /** It has brought everything due before this time; null: it has never reported. */
  readonly readToMs: number | null;
  /** How long it has reported no later time, as far as this process knows, in milliseconds. */
  readonly standsMs: number;
  /** True while it is released. */
  readonly isReleased: boolean;
}

/**
 * Released origins: later stages leave them out of their time until they move. An origin has moved once it reports a
 * later time than the one at which it stood, or another incarnation.
 * Whether a release holds follows from it and from the origin's last report, in whatever order both are read. So every
 * instance of every stage agrees, and a release whose origin has moved has no effect, also after a restart.
 */
export class ReleasedOrigins {
  readonly #board: ProgressBoard;
  readonly #standing = new Map<string, ReleasedOrigin>();

  constructor(board: ProgressBoard) {
    this.#board = board;
  }

  /** Takes a release. True if an origin is left out now that was not before. */
  take(release: ReleasedOrigin): boolean {
    const name = nameOf(release.stage, release.partition);
    const before = this.#standing.get(name);
    const isOlder = before?.incarnation === release.incarnation && before.read_to > release.read_to;
    if (isOlder || this.#hasMoved(release)) return false;
    this.#standing.set(name, release);
    return before === undefined;
  }

  /** The board knows more about an origin. True if it counts again. */
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

/** The release of an origin at its last report; one that has never reported stands before all time. */
export function releaseOf(stage: string, partition: number, said: ReleasedAt | undefined): ReleasedOrigin {
  return { stage, partition, incarnation: said?.incarnation ?? '', read_to: said?.read_to ?? 0 };
}

type ReleasedAt = Pick<ReleasedOrigin, 'incarnation' | 'read_to'>;

function nameOf(stage: string, partition: number): string {
  return `${stage}/${partition}`;
}
