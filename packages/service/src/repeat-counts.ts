/** What repeated: the first of its kind since it was last taken, and how many there were. */
export interface Repeated<T> {
  readonly first: T;
  readonly count: number;
}

/** What counts as one kind, and how much is remembered. */
export interface RepeatRules<T> {
  /** The same for events that are counted together. */
  keyOf(event: T): string;
  /** The event of a kind when another of it comes: what differs between them is left out. */
  merged(first: T, next: T): T;
  /** The event as it is counted when too many kinds are remembered. There must be few such kinds: they have no limit. */
  widened(event: T): T;
  readonly kindsAtMost: number;
  /** How long events of one kind are counted together, from the first of them. */
  readonly withinMs: number;
}

interface Kind<T> {
  readonly since_ms: number;
  wasTaken: boolean;
  /** Null: nothing since it was last taken. */
  pending: Repeated<T> | null;
}

/**
 * Counts events that repeat, so that a flood of them leaves a few entries. Memory and entries are bounded: per `withinMs`, each
 * kind is taken at most twice, early and when its time is over.
 */
export class RepeatCounts<T> {
  readonly #rules: RepeatRules<T>;
  /** In the order in which their counts began. */
  readonly #kinds = new Map<string, Kind<T>>();

  constructor(rules: RepeatRules<T>) {
    this.#rules = rules;
  }

  /** Counts an event. */
  add(event: T, nowMs: number): void {
    const { keyOf, merged, widened, kindsAtMost } = this.#rules;
    const isKept = this.#kinds.has(keyOf(event)) || this.#kinds.size < kindsAtMost;
    const counted = isKept ? event : widened(event);
    const kind = this.#kindOf(keyOf(counted), nowMs);
    const { pending } = kind;
    kind.pending =
      pending === null
        ? { first: counted, count: 1 }
        : { first: merged(pending.first, counted), count: pending.count + 1 };
  }

  /** Takes what has come and was not taken before: of each kind at once for the first time, then when its time is over. */
  take(nowMs: number): readonly Repeated<T>[] {
    return this.#take(nowMs, ({ since_ms, wasTaken }) => !wasTaken || this.#isOver(since_ms, nowMs));
  }

  /** Takes everything that has come and was not taken before. */
  takeAll(nowMs: number): readonly Repeated<T>[] {
    return this.#take(nowMs, () => true);
  }

  #kindOf(key: string, nowMs: number): Kind<T> {
    const known = this.#kinds.get(key);
    if (known !== undefined) return known;
    const begun: Kind<T> = { since_ms: nowMs, wasTaken: false, pending: null };
    this.#kinds.set(key, begun);
    return begun;
  }

  #take(nowMs: number, isDue: (kind: Kind<T>) => boolean): readonly Repeated<T>[] {
    const taken: Repeated<T>[] = [];
    for (const [key, kind] of this.#kinds) {
      if (isDue(kind)) {
        if (kind.pending !== null) taken.push(kind.pending);
        kind.pending = null;
        kind.wasTaken = true;
      }
      if (this.#isOver(kind.since_ms, nowMs)) this.#kinds.delete(key);
    }
    return taken;
  }

  #isOver(sinceMs: number, nowMs: number): boolean {
    return nowMs - sinceMs >= this.#rules.withinMs;
  }
}
