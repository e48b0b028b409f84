import type { Runnable } from '@hilo/service';
import {
  type Reading,
  type SegmentOverview,
  type ServiceOverview,
  type StageOverview,
  servicesOf,
  stagesOf,
} from './domain/overview.ts';
import type { ReadInstances, ReadSegments } from './ports.ts';
import type { ReceivedCall, WebhookReceiver } from './webhook-receiver.ts';

/** Everything the page shows, as of one moment. */
export interface Overview {
  /** ISO time. */
  readonly at: string;
  readonly services: readonly ServiceOverview[];
  readonly stages: readonly StageOverview[];
  /** Null while segmentation doesn't answer. */
  readonly segments: readonly SegmentOverview[] | null;
  /** Calls to the console's own webhook since it started; the newest first. */
  readonly webhook: {
    readonly received: number;
    readonly repeats: number;
    readonly refused: number;
    readonly latest: readonly ReceivedCall[];
  };
}

/** What the live overview is made from. */
export interface LiveOverviewParts {
  readonly readInstances: ReadInstances;
  readonly readSegments: ReadSegments;
  readonly receiver: WebhookReceiver;
  readonly clock: { now_ms(): number };
}

const EVERY_MS = 1000;

/** After this time without a watcher the services are left in peace. */
const IDLE_AFTER_MS = 5000;

/** More pages than this at once are refused. */
const WATCHERS_AT_MOST = 100;

type Watcher = (overview: Overview) => void;

/** Reads the state of all services once a second, as long as somebody watches. */
export class LiveOverview implements Runnable {
  readonly #parts: LiveOverviewParts;
  readonly #watchers = new Set<Watcher>();
  #earlier: readonly Reading[] = [];
  #latest: Promise<Overview> | null = null;
  #asked_at_ms = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: LiveOverviewParts) {
    this.#parts = parts;
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

  /** Calls `watcher` with every new overview until the returned function is called; null when too many watch. */
  watch(watcher: Watcher): (() => void) | null {
    if (this.#watchers.size >= WATCHERS_AT_MOST) return null;
    this.#watchers.add(watcher);
    void this.latest().then((overview) => {
      if (this.#watchers.has(watcher)) watcher(overview);
    });
    return () => void this.#watchers.delete(watcher);
  }

  /** The newest overview. The first one after a rest has no rates yet. */
  latest(): Promise<Overview> {
    this.#asked_at_ms = this.#parts.clock.now_ms();
    this.#timer ??= setInterval(() => void this.#tick(), EVERY_MS);
    this.#latest ??= this.#read();
    return this.#latest;
  }

  async #tick(): Promise<void> {
    const idle_ms = this.#parts.clock.now_ms() - this.#asked_at_ms;
    if (this.#watchers.size === 0 && idle_ms > IDLE_AFTER_MS) return this.#rest();
    const overview = await this.#read();
    this.#latest = Promise.resolve(overview);
    for (const watcher of this.#watchers) watcher(overview);
  }

  async #rest(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    const last = this.#latest;
    this.#latest = null;
    await last;
    this.#earlier = [];
  }

  async #read(): Promise<Overview> {
    const { readInstances, readSegments, receiver, clock } = this.#parts;
    const [readings, segments] = await Promise.all([readInstances(), readSegments()]);
    const earlier = this.#earlier;
    this.#earlier = readings;
    return {
      at: new Date(clock.now_ms()).toISOString(),
      services: servicesOf(readings),
      stages: stagesOf(earlier, readings),
      segments,
      webhook: receiver.summary(),
    };
  }
}
