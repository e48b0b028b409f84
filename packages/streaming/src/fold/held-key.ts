import { type BatchInput, isOfRecord } from '../read/batch-input.ts';

/**
 * A key is held because one of its inputs triggered a bug. Its later records go to the dead-letter topic, in order. It
 * publishes nothing and does not wake up until the dead letters are replayed.
 */
export interface KeyHold {
  /** The record to replay before the others, as `topic/offset`; null: any dead letter of the key may be next. */
  readonly first: string | null;
  /**
   * Dead letters of the key that must be replayed. Zero: no record triggered the bug, and the key is retried by itself.
   */
  readonly letters: number;
  /** A sweep passed meanwhile, and must be made up for. */
  readonly swept: boolean;
  /** Milliseconds since the epoch. */
  readonly since_ms: number;
  /** How often an input other than a record has triggered the bug. */
  readonly tries: number;
}

const FIRST_RETRY_MS = 60_000;
const LAST_RETRY_MS = 3_600_000;

/** The hold of a key after this input triggered a bug. */
export function heldBy(before: KeyHold | null, input: BatchInput, nowMs: number): KeyHold {
  const hold = before ?? { first: null, letters: 0, swept: false, since_ms: nowMs, tries: 0 };
  const first = placeOf(input);
  if (first === null) return { ...hold, swept: hold.swept || input.kind === 'sweep', tries: hold.tries + 1 };
  // A replayed dead letter while none of the key's is missing does not belong to this hold: it begins one.
  const isCounted = hold.letters > 0 && isDeadLetterOfHold(input);
  return { ...hold, first, letters: hold.letters + (isCounted ? 0 : 1) };
}

/** When a held key is retried by itself: only if no record must be replayed first. */
export function retryOf({ letters, tries }: KeyHold, nowMs: number): number | null {
  return letters > 0 ? null : nowMs + Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(tries - 1, 10));
}

/**
 * Whether this input may be folded although its key is held: the key's next dead letter, or the wake-up at `retryMs`.
 * A wake-up due before that was requested before the key was held.
 */
export function isNext(hold: KeyHold, input: BatchInput, retryMs: number | null): boolean {
  if (input.kind === 'wake') return hold.letters === 0 && retryMs !== null && input.due_ms >= retryMs;
  return isDeadLetterOfHold(input) && (hold.first === null || hold.first === placeOf(input));
}

/** The hold after its next dead letter was folded; null: that was the last. */
export function afterDeadLetter(hold: KeyHold): KeyHold | null {
  return hold.letters > 1 ? { ...hold, first: null, letters: hold.letters - 1 } : null;
}

/**
 * The hold after another record, which follows the existing dead letters. One that is replayed before its turn is
 * already counted.
 */
export function withFollower(hold: KeyHold, input: BatchInput): KeyHold {
  return isDeadLetterOfHold(input) ? hold : { ...hold, letters: hold.letters + 1 };
}

/** True for a replayed record that was dead-lettered because of a bug or a hold. */
export function isDeadLetterOfHold(input: BatchInput): boolean {
  return isOfRecord(input) && input.wasHeld;
}

function placeOf(input: BatchInput): string | null {
  return isOfRecord(input) ? `${input.topic}/${input.offset}` : null;
}
