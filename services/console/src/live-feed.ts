import type { Runnable } from '@hilo/service';

const EVERY_MS = 1000;

/** After this time without a watcher the services are left in peace. */
const IDLE_AFTER_MS = 5000;

/** More pages than this at once are refused. */
const WATCHERS_AT_MOST = 100;

/** Makes something once a second, as long as somebody watches. */
export class LiveFeed<T> implements Runnable {
  readonly #make: () => Promise<T>;
  readonly #clock: { now_ms(): number };
  readonly #watchers = new Set<(made: T) => void>();
  #latest: Promise<T> | null = null;
  #asked_at_ms = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `make` never rejects: what is not known is part of what it makes. */
  constructor(make: () => Promise<T>, clock: { now_ms(): number }) {
    this.#make = make;
    this.#clock = clock;
  }

  /** Nothing yet: the first one who asks starts the reading. */
  async start(): Promise<void> {}

  async stop(): Promise<void> {
    this.#watchers.clear();
    await this.#rest();
  }

  ready(): boolean {
    return true;
  }

  /** Calls `watcher` with everything new until the returned function is called; null when too many watch. */
  watch(watcher: (made: T) => void): (() => void) | null {
    if (this.#watchers.size >= WATCHERS_AT_MOST) return null;
    this.#watchers.add(watcher);
    void this.latest().then((made) => {
      if (this.#watchers.has(watcher)) watcher(made);
    });
    return () => void this.#watchers.delete(watcher);
  }

  /** The newest one. The first one after a rest has no rates yet. */
  latest(): Promise<T> {
    this.#asked_at_ms = this.#clock.now_ms();
    this.#timer ??= setInterval(() => void this.#tick(), EVERY_MS);
    this.#latest ??= this.#make();
    return this.#latest;
  }

  async #tick(): Promise<void> {
    const idle_ms = this.#clock.now_ms() - this.#asked_at_ms;
    if (this.#watchers.size === 0 && idle_ms > IDLE_AFTER_MS) return this.#rest();
    const made = await this.#make();
    this.#latest = Promise.resolve(made);
    for (const watcher of this.#watchers) watcher(made);
  }

  async #rest(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    const last = this.#latest;
    this.#latest = null;
    await last;
  }
}
