import { FairTurns, type Runnable } from '@hilo/service';

const EVERY_MS = 1000;

/** Without a viewer for this long, the services are no longer asked. */
const IDLE_AFTER_MS = 5000;

/** Pages of one person that can watch at once. */
export const WATCHED_EACH = 10;
/** Pages of all people together; the last hundred are reserved for people who have none yet. */
const SEATS = { atOnce: 400, atOnceEach: WATCHED_EACH, keptFrom: 300, waiting: 0, waitingEach: 0 } as const;

/** Produces something once a second, while somebody watches. */
export class LiveFeed<T> implements Runnable {
  readonly #make: () => Promise<T>;
  readonly #clock: { nowMs(): number };
  readonly #watchers = new Set<(text: string) => void>();
  readonly #seats = new FairTurns(SEATS);
  #latest: Promise<T> | null = null;
  #askedAtMs = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `make` never rejects: unknown values are part of its result. */
  constructor(make: () => Promise<T>, clock: { nowMs(): number }) {
    this.#make = make;
    this.#clock = clock;
  }

  /** Nothing yet: the first caller starts the reading. */
  async start(): Promise<void> {}

  async stop(): Promise<void> {
    this.#watchers.clear();
    await this.#rest();
  }

  ready(): boolean {
    return true;
  }

  /**
   * Calls `watcher` with everything new, as JSON, until the returned function is called; null if this person watches
   * too much.
   */
  watch(person: string, watcher: (text: string) => void): (() => void) | null {
    const leave = this.#seats.take(person);
    if (leave === null) return null;
    this.#watchers.add(watcher);
    void this.latest().then((made) => {
      if (this.#watchers.has(watcher)) watcher(JSON.stringify(made));
    });
    return () => {
      leave();
      this.#watchers.delete(watcher);
    };
  }

  /** The newest one. The first one after a pause has no rates yet. */
  latest(): Promise<T> {
    this.#askedAtMs = this.#clock.nowMs();
    this.#timer ??= setInterval(() => void this.#tick(), EVERY_MS);
    this.#latest ??= this.#make();
    return this.#latest;
  }

  async #tick(): Promise<void> {
    const idleMs = this.#clock.nowMs() - this.#askedAtMs;
    if (this.#watchers.size === 0 && idleMs > IDLE_AFTER_MS) return this.#rest();
    const made = await this.#make();
    this.#latest = Promise.resolve(made);
    const text = JSON.stringify(made);
    for (const watcher of this.#watchers) watcher(text);
  }

  async #rest(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    const last = this.#latest;
    this.#latest = null;
    await last;
  }
}
