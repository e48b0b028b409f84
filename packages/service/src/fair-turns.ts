/** How many turns there are at a time, and how many wait for one. */
export interface TurnLimits {
  /** Turns of everybody together. */
  readonly at_once: number;
  /** Turns of one person. */
  readonly at_once_each: number;
  /** While this many are taken, nobody gets a second turn: the rest is kept for people who have none. */
  readonly kept_from: number;
  /** Waiting people's places together; who has none of them may wait up to twice this many. */
  readonly waiting: number;
  /** Places of one person. */
  readonly waiting_each: number;
}

/** No turn, and no place to wait for one. */
export class TooManyWaiting extends Error {
  override readonly name = 'TooManyWaiting';
  /** True where this person alone takes as much as one person may; false where everybody together does. */
  readonly is_own: boolean;

  constructor(is_own: boolean) {
    super(is_own ? 'this person takes as much as one may' : 'everybody together takes as much as there is');
    this.is_own = is_own;
  }
}

interface Person {
  running: number;
  /** In the order in which they came. */
  readonly waiting: Set<() => void>;
}

/**
 * Gives people turns at something of which there is little, so that nobody's many requests are another's wait. One person
 * takes a bounded share; some turns are kept for people who have none; of those who wait, people without a turn come first,
 * then each person in rotation. Every number is bounded.
 */
export class FairTurns {
  readonly #limits: TurnLimits;
  /** In the order of the rotation: who was served goes to the end. */
  readonly #people = new Map<string, Person>();
  #running = 0;
  #waiting = 0;

  constructor(limits: TurnLimits) {
    this.#limits = limits;
  }

  /** Takes a turn that is free now; null where there is none. The returned function gives it back; later calls do nothing. */
  take(name: string): (() => void) | null {
    const person = this.#person(name);
    if (this.#mayBegin(person)) return this.#begin(name, person);
    this.#forget(name, person);
    return null;
  }

  /**
   * Resolves when it is this person's turn, with what gives it back. Rejects with `TooManyWaiting`, or with the signal's
   * reason when it aborts first.
   */
  async enter(name: string, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    const leave = this.take(name);
    if (leave !== null) return leave;
    const person = this.#person(name);
    const { waiting, waiting_each } = this.#limits;
    if (person.waiting.size >= waiting_each || this.#waiting >= (person.waiting.size > 0 ? waiting : 2 * waiting)) {
      this.#forget(name, person);
      throw new TooManyWaiting(person.waiting.size >= waiting_each);
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
    // A turn that was given is kept, also where the signal aborts before whoever waited hears of it.
    const given = promise.finally(() => signal.removeEventListener('abort', gone));
    return given;
  }

  #mayBegin({ running }: Person): boolean {
    const { at_once, at_once_each, kept_from } = this.#limits;
    if (running === 0) return this.#running < at_once;
    return running < at_once_each && this.#running < kept_from;
  }

  #begin(name: string, person: Person): () => void {
    person.running += 1;
    this.#running += 1;
    this.#people.delete(name);
    this.#people.set(name, person);
    let is_over = false;
    return () => {
      if (is_over) return;
      is_over = true;
      person.running -= 1;
      this.#running -= 1;
      this.#forget(name, person);
      this.#serve();
    };
  }

  /** Gives out what is free: first to people who have no turn. */
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

  /** Nothing is remembered of people who have neither a turn nor a place. */
  #forget(name: string, person: Person): void {
    if (person.running === 0 && person.waiting.size === 0) this.#people.delete(name);
  }
}
