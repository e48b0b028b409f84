import { FairTurns } from '@hilo/service';
import type { LiveFilter } from '../domain/live-event.ts';
import { LiveSample, type LiveUpdate } from '../domain/live-sample.ts';
import type { LiveFeed, OpenFeed } from '../ports.ts';

/** A viewer. */
export interface Watcher {
  send(update: LiveUpdate): void;
  /** Nothing more will come; the viewer may reconnect. */
  end(): void;
}

const UPDATE_EVERY_MS = 250;
/** Reading stops once nobody has watched for this long; a changed filter or a new page arrives sooner. */
const REST_AFTER_MS = 5_000;
/** Views of one person at once. */
export const WATCHED_EACH = 10;
/** Views of all people together; the last fifty are reserved for people who have none yet. */
const VIEWS = { atOnce: 200, atOnceEach: WATCHED_EACH, keptFrom: 150, waiting: 0, waitingEach: 0 } as const;

const NOTHING: LiveUpdate = { items: [], passed: 0, left_out: 0, unread: 0 };

/** The events as they arrive, for viewers; read only while somebody watches. */
export class LiveEvents {
  readonly #feed: LiveFeed;
  readonly #watchers = new Map<Watcher, LiveSample>();
  readonly #views = new FairTurns(VIEWS);
  #open: OpenFeed | null = null;
  #closing: Promise<void> = Promise.resolve();
  #sending: NodeJS.Timeout | undefined;
  #resting: NodeJS.Timeout | undefined;

  constructor(feed: LiveFeed) {
    this.#feed = feed;
  }

  /**
   * Calls `watcher` with matching events, until the returned function is called; null if this person watches too many.
   */
  watch(person: string, filter: LiveFilter, watcher: Watcher): (() => void) | null {
    const leave = this.#views.take(person);
    if (leave === null) return null;
    this.#watchers.set(watcher, new LiveSample(filter, performance.now()));
    clearTimeout(this.#resting);
    if (this.#open === null) this.#begin();
    else if (this.#open.isLive()) watcher.send(NOTHING);
    return () => {
      leave();
      this.#leave(watcher);
    };
  }

  /** Ends every view and stops reading. */
  async close(): Promise<void> {
    for (const watcher of this.#watchers.keys()) watcher.end();
    this.#watchers.clear();
    await this.#rest();
  }

  #begin(): void {
    const open = this.#feed({
      live: () => {
        for (const watcher of this.#watchers.keys()) watcher.send(NOTHING);
      },
      take: (events, unread) => {
        const nowMs = performance.now();
        for (const sample of this.#watchers.values()) sample.take(events, unread, nowMs);
      },
      failed: () => {
        if (this.#open === open) void this.close();
      },
    });
    this.#open = open;
    this.#sending = setInterval(() => this.#send(), UPDATE_EVERY_MS);
  }

  #send(): void {
    for (const [watcher, sample] of this.#watchers) {
      const update = sample.flush();
      if (update !== null) watcher.send(update);
    }
  }

  #leave(watcher: Watcher): void {
    this.#watchers.delete(watcher);
    if (this.#watchers.size > 0 || this.#open === null) return;
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => void this.#rest(), REST_AFTER_MS);
  }

  #rest(): Promise<void> {
    clearTimeout(this.#resting);
    clearInterval(this.#sending);
    const open = this.#open;
    this.#open = null;
    if (open !== null) this.#closing = Promise.all([this.#closing, open.close()]).then(() => undefined);
    return this.#closing;
  }
}
