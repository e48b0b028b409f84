import { type BatchInput, isOfRecord } from '../read/batch-input.ts';

/**
 * A key is held because an input of it met a bug. What comes for it goes to the dead letter, in order; it says nothing and
 * wakes for nothing, until the letters are replayed.
 */
export interface KeyHold {
  /** The record to be replayed before the others, as `topic/offset`; null: any letter of the key may be next. */
  readonly first: string | null;
  /** Letters of the key that are to be replayed. None: it was no record that met the bug, and it is tried again by itself. */
  readonly letters: number;
  /** A sweep passed by meanwhile, and is owed. */
  readonly swept: boolean;
  /** Milliseconds since the epoch. */
  readonly since_ms: number;
  /** How often an input that is no record has met the bug. */
  readonly tries: number;
}

const FIRST_RETRY_MS = 60_000;
const LAST_RETRY_MS = 3_600_000;

/** The hold of a key of which this input met a bug. */
export function heldBy(before: KeyHold | null, input: BatchInput, now_ms: number): KeyHold {
  const hold = before ?? { first: null, letters: 0, swept: false, since_ms: now_ms, tries: 0 };
  const first = placeOf(input);
  if (first === null) return { ...hold, swept: hold.swept || input.kind === 'sweep', tries: hold.tries + 1 };
  // A letter that is replayed while none of the key's is missing is no letter of this hold: it begins one.
  const is_counted = hold.letters > 0 && isLetterOfHold(input);
  return { ...hold, first, letters: hold.letters + (is_counted ? 0 : 1) };
}

/** When a key that is held is tried again by itself: only where no record has to be replayed first. */
export function retryOf({ letters, tries }: KeyHold, now_ms: number): number | null {
  return letters > 0 ? null : now_ms + Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(tries - 1, 10));
}

/**
 * Whether this input may be folded though its key is held: the next of the key's letters, or the wake-up at `retry_ms`. One that was
 * due before that was asked for before the key was held.
 */
export function isNext(hold: KeyHold, input: BatchInput, retry_ms: number | null): boolean {
  if (input.kind === 'wake') return hold.letters === 0 && retry_ms !== null && input.due_ms >= retry_ms;
  return isLetterOfHold(input) && (hold.first === null || hold.first === placeOf(input));
}

/** The hold after its next letter was folded; null: that was the last. */
export function afterLetter(hold: KeyHold): KeyHold | null {
  return hold.letters > 1 ? { ...hold, first: null, letters: hold.letters - 1 } : null;
}

/** The hold after another record came, which follows the letters that are there. One that is replayed before its turn has been counted. */
export function withFollower(hold: KeyHold, input: BatchInput): KeyHold {
  return isLetterOfHold(input) ? hold : { ...hold, letters: hold.letters + 1 };
}

/** True for a record that is replayed after it was set aside because of a bug or a hold. */
export function isLetterOfHold(input: BatchInput): boolean {
  return isOfRecord(input) && input.was_held;
}

function placeOf(input: BatchInput): string | null {
  return isOfRecord(input) ? `${input.topic}/${input.offset}` : null;
}
