/** How many turns there are at a time, and how many callers can wait. */
export interface TurnLimits {
  /** Turns of all people together. */
  readonly atOnce: number;
  /** Turns of one person. */
  readonly atOnceEach: number;
  /** While this many turns are taken, nobody gets a second one: the rest is reserved for people who have none. */
  readonly keptFrom: number;
  /** Waiting places of all people together. A person with no place can wait until twice this many are taken. */
  readonly waiting: number;
  /** Waiting places of one person. */
  readonly waitingEach: number;
}

/** No turn is free, and no place to wait for one. */
export class TooManyWaitingError extends Error {
  override readonly name = 'TooManyWaitingError';
  /** True if this person alone reached a limit; false if all people together did. */
  readonly isOwn: boolean;

  constructor(isOwn: boolean) {
    super(isOwn ? 'this person takes as much as one may' : 'everybody together takes as much as there is');
    this.isOwn = isOwn;
  }
}

interface Person {
  running: number;
  /** In order of arrival. */
  readonly waiting: Set<() => void>;
}

/**
 * Shares a scarce resource fairly, so that one person's many requests never delay another's. One person gets a bounded
 * share; some turns are reserved for people who have none. Among those who wait, people without a turn come first, then
 * each person in rotation. Every number is bounded.
 */
export class FairTurns {
  readonly #limits: TurnLimits;
  /** In rotation order: a person who was served goes to the end. */
  readonly #people = new Map<string, Person>();
  #running = 0;
  #waiting = 0;

  constructor(limits: TurnLimits) {
    this.#limits = limits;
  }

  /**
   * Takes a turn if one is free, and returns the function that gives it back; null if none is free. Further calls of
   * that function do nothing.
   */
  take(name: string): (() => void) | null {
    const person = this.#person(name);
    if (this.#mayBegin(person)) return this.#begin(name, person);
    this.#forget(name, person);
    return null;
  }

  /**
   * Resolves when it is this person's turn, with the function that gives the turn back. Rejects with `TooManyWaitingError`,
   * or with the signal's reason if it aborts first.
   */
  async enter(name: string, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    const leave = this.take(name);
    if (leave !== null) return leave;
    const person = this.#person(name);
    const { waiting, waitingEach } = this.#limits;
    if (person.waiting.size >= waitingEach || this.#waiting >= (person.waiting.size > 0 ? waiting : 2 * waiting)) {
      this.#forget(name, person);
      throw new TooManyWaitingError(person.waiting.size >= waitingEach);
    }
    return this.#wait(name, person, signal);
  }

  async #wait(name: string, person: Person, signal: AbortSignal): Promise<() => void> {
    const { promise, resolve, reject } = Promise.withResolvers<() => void>();
    const leaveQueue = (): void => {
      person.waiting.delete(turn);
      this.#waiting -= 1;
    };
    const turn = (): void => {
      leaveQueue();
      resolve(this.#begin(name, person));
    };
    const gone = (): void => {
      if (!person.waiting.has(turn)) return;
      leaveQueue();
      this.#forget(name, person);
      reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    };
    person.waiting.add(turn);
    this.#waiting += 1;
    signal.addEventListener('abort', gone, { once: true });
    // Keeps a turn that was granted, even if the signal aborts before the caller notices.
    const given = promise.finally(() => signal.removeEventListener('abort', gone));
    return given;
  }

  #mayBegin({ running }: Person): boolean {
    const { atOnce, atOnceEach, keptFrom } = this.#limits;
    if (running === 0) return this.#running < atOnce;
    return running < atOnceEach && this.#running < keptFrom;
  }

  #begin(name: string, person: Person): () => void {
    person.running += 1;
    this.#running += 1;
    this.#people.delete(name);
    this.#people.set(name, person);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      person.running -= 1;
      this.#running -= 1;
      this.#forget(name, person);
      this.#serve();
    };
  }

  /** Grants free turns, first to people who have none. */
  #serve(): void {
    for (let next = this.#next(); next !== undefined; next = this.#next()) next();
  }

  #next(): (() => void) | undefined {
    const able = [...this.#people.values()].filter((person) => person.waiting.size > 0 && this.#mayBegin(person));
    const chosen = able.find(({ running }) => running === 0) ?? able[0];
    return chosen === undefined ? undefined : [...chosen.waiting][0];
  }

  #person(name: string): Person {
    const known = this.#people.get(name);
    if (known !== undefined) return known;
    const person: Person = { running: 0, waiting: new Set() };
    this.#people.set(name, person);
    return person;
  }

  /** Forgets people who have neither a turn nor a place. */
  #forget(name: string, person: Person): void {
    if (person.running === 0 && person.waiting.size === 0) this.#people.delete(name);
  }
}
