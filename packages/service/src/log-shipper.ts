import { setTimeout as pause } from 'node:timers/promises';
import { Counter, Gauge, type Metric, register } from 'prom-client';
import type { Runnable } from './lifecycle.ts';
import { otlpBody, type Shipped, type TrailEntry } from './otlp-logs.ts';

/** What a shipper needs. */
export interface LogShipperOptions {
  /** Address of the receiver. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of whom the records are, as attributes of OpenTelemetry's resource. */
  readonly resource: Readonly<Record<string, string>>;
  /** Called once when the receiver does not take records any more, and once when it does again. */
  readonly changed: (state: 'lost' | 'found', reason: string) => void;
  /** Other times and sizes, for tests. */
  readonly limits?: Partial<typeof LIMITS>;
}

/** Bounds of a process: of what waits, of one request, and how long it takes. */
const LIMITS = {
  /** Records of each kind that wait, and their characters together. */
  waitingEach: 4_096,
  waitingCharacters: 8 * 1024 * 1024,
  batchRecords: 512,
  batchCharacters: 1024 * 1024,
  everyMs: 1_000,
  answeredWithinMs: 10_000,
  /** The longest pause after failures. */
  pauseMs: 30_000,
  /** What is still waiting at the end of the process is sent within this time. */
  flushedWithinMs: 5_000,
};

/** Why a record was given up: too many waited, or the receiver refuses it. */
const DROPPED = ['full', 'refused'] as const;

/** Statuses that say that the receiver can do nothing with these records; with others it may take them later. */
const REFUSED = new Set([400, 413, 422]);

/**
 * Sends log lines and entries of the trail to an OTLP receiver, by HTTP with JSON. It holds a bounded number of them, never
 * makes anybody wait, and counts what it gives up. Lines and entries wait apart, so that a flood of lines drops no entry.
 */
export class LogShipper implements Runnable {
  readonly #options: LogShipperOptions;
  readonly #limits: typeof LIMITS;
  readonly #metrics = shippingMetrics();
  readonly #lines: Shipped[] = [];
  readonly #entries: Shipped[] = [];
  #characters = 0;
  #failures = 0;
  readonly #ending = new AbortController();
  #sending: Promise<void> | null = null;

  constructor(options: LogShipperOptions) {
    this.#options = options;
    this.#limits = { ...LIMITS, ...options.limits };
  }

  /** Takes a line of the log, as it stands on standard output. */
  line(line: string): void {
    this.#add(this.#lines, { line }, line.length);
  }

  /** Takes an entry of the trail, once it is committed. */
  entry(entry: TrailEntry): void {
    this.#add(this.#entries, { entry }, charactersOf({ entry }));
  }

  /** Sends on its own from now on. */
  async start(): Promise<void> {
    this.#sending ??= this.#sendAgainAndAgain();
  }

  /** Sends what waits, for a few seconds at most; gives up the rest. */
  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#sending;
    const until = AbortSignal.timeout(this.#limits.flushedWithinMs);
    while (this.#waiting() > 0 && !until.aborted && (await this.#sendOne(until)));
    this.#metrics.dropped.inc({ reason: 'full' }, this.#waiting());
  }

  #add(queue: Shipped[], one: Shipped, characters: number): void {
    const { waitingEach, waitingCharacters } = this.#limits;
    if (queue.length >= waitingEach || this.#characters + characters > waitingCharacters)
      return this.#metrics.dropped.inc({ reason: 'full' });
    queue.push(one);
    this.#characters += characters;
    this.#metrics.waiting.set(this.#waiting());
  }

  #waiting(): number {
    return this.#entries.length + this.#lines.length;
  }

  async #sendAgainAndAgain(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      const { everyMs, pauseMs } = this.#limits;
      const afterMs = Math.min(pauseMs, everyMs * 2 ** Math.min(this.#failures, 10));
      await pause(afterMs, undefined, { signal, ref: false }).catch(() => undefined);
      while (!signal.aborted && this.#waiting() > 0 && (await this.#sendOne(signal)));
    }
  }

  /** Sends the records that wait longest, entries of the trail first; false: they still wait. */
  async #sendOne(signal: AbortSignal): Promise<boolean> {
    const [entries, lines] = this.#batch();
    const batch = [...entries, ...lines];
    const outcome = await this.#post(batch, signal);
    if (signal.aborted && outcome.kind === 'retry') return false;
    this.#note(outcome);
    if (outcome.kind === 'retry') return false;
    this.#entries.splice(0, entries.length);
    this.#lines.splice(0, lines.length);
    this.#characters -= batch.reduce((sum, one) => sum + charactersOf(one), 0);
    this.#metrics.waiting.set(this.#waiting());
    const refused = outcome.kind === 'sent' ? Math.min(batch.length, outcome.rejected) : batch.length;
    this.#metrics.dropped.inc({ reason: 'refused' }, refused);
    this.#metrics.sent.inc(batch.length - refused);
    return true;
  }

  #batch(): readonly [readonly Shipped[], readonly Shipped[]] {
    const { batchRecords, batchCharacters } = this.#limits;
    let characters = 0;
    const taken = (queue: readonly Shipped[], atMost: number) => {
      const fitting = queue.slice(0, atMost);
      const end = fitting.findIndex((one) => (characters += charactersOf(one)) > batchCharacters);
      return end < 0 ? fitting : fitting.slice(0, end);
    };
    const entries = taken(this.#entries, batchRecords);
    const lines = taken(this.#lines, batchRecords - entries.length);
    // A record that is larger than a request may be is sent alone.
    if (entries.length + lines.length > 0) return [entries, lines];
    return this.#entries.length > 0 ? [this.#entries.slice(0, 1), []] : [[], this.#lines.slice(0, 1)];
  }

  async #post(batch: readonly Shipped[], signal: AbortSignal): Promise<Outcome> {
    const { url, headers, resource } = this.#options;
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: otlpBody(resource, batch),
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(this.#limits.answeredWithinMs)]),
      });
      if (answer.ok) return { kind: 'sent', rejected: rejectedOf(await answer.text().catch(() => '')) };
      await answer.body?.cancel();
      const kind = REFUSED.has(answer.status) ? 'refused' : 'retry';
      return { kind, reason: `the receiver answers ${answer.status}` };
    } catch (error) {
      return { kind: 'retry', reason: reasonOf(error) };
    }
  }

  #note(outcome: Outcome): void {
    const wasLost = this.#failures > 0;
    this.#failures = outcome.kind === 'sent' ? 0 : this.#failures + 1;
    if (outcome.kind === 'sent' && wasLost) this.#options.changed('found', '');
    if (outcome.kind !== 'sent' && !wasLost) this.#options.changed('lost', outcome.reason);
  }
}

type Outcome =
  | { readonly kind: 'sent'; readonly rejected: number }
  | { readonly kind: 'retry'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string };

function charactersOf(one: Shipped): number {
  if ('line' in one) return one.line.length;
  const { before, after } = one.entry;
  return 1_000 + (JSON.stringify(before) ?? '').length + (JSON.stringify(after) ?? '').length;
}

/** How many records a receiver that took the others says it refused (`partialSuccess`). */
function rejectedOf(text: string): number {
  try {
    const { partialSuccess } = JSON.parse(text) as { partialSuccess?: { rejectedLogRecords?: string | number } };
    const rejected = Number(partialSuccess?.rejectedLogRecords ?? 0);
    return Number.isSafeInteger(rejected) && rejected > 0 ? rejected : 0;
  } catch {
    return 0;
  }
}

/** The code of a failed call: never its address, which may say more. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : null;
  return code ?? (error instanceof Error ? error.name : 'no answer');
}

/** A process has one registry, and in tests several shippers. Also where nothing is sent, the series are there. */
export function shippingMetrics() {
  const made = <M extends Metric>(name: string, make: () => M): M =>
    (register.getSingleMetric(name) as M | undefined) ?? make();
  const sent = made(
    'hilo_log_records_sent_total',
    () => new Counter({ name: 'hilo_log_records_sent_total', help: 'Log records that the OTLP receiver took.' }),
  );
  const dropped = made('hilo_log_records_dropped_total', () => {
    const counter = new Counter({
      name: 'hilo_log_records_dropped_total',
      help: 'Log records that were not sent to the OTLP receiver, by reason.',
      labelNames: ['reason'],
    });
    for (const reason of DROPPED) counter.inc({ reason }, 0);
    return counter;
  });
  const waiting = made(
    'hilo_log_records_waiting',
    () => new Gauge({ name: 'hilo_log_records_waiting', help: 'Log records that wait for the OTLP receiver.' }),
  );
  return { sent, dropped, waiting };
}
