import { randomUUID } from 'node:crypto';
import { Counter, register } from 'prom-client';
import type { ChangeLog, RefusedRequests } from './change-log.ts';
import type { Logger } from './logger.ts';
import { networkOf } from './network.ts';
import type { OnRefusal } from './problem.ts';
import { RepeatCounts, type Repeated } from './repeat-counts.ts';

/** The token under which the module binds `OnRefusal`, for a service that answers errors in a form of its own. */
export const ON_REFUSAL = Symbol('OnRefusal');

type Refused = Omit<RefusedRequests, 'id' | 'count'>;

/** Stands for what differs between requests that count as one. */
const SEVERAL = 'several';

/** Codes of answers to whoever has no right to ask. */
const REASONS = ['unauthorized', 'forbidden'] as const;

const COUNTED = {
  keyOf: ({ address, reason }: Refused) => `${reason} ${address === null ? '' : networkOf(address)}`,
  merged: (first: Refused, next: Refused): Refused =>
    first.target === next.target && first.method === next.method ? first : { ...first, target: SEVERAL },
  widened: (refused: Refused): Refused => ({ ...refused, address: null, target: SEVERAL }),
  kindsAtMost: 100,
  withinMs: 60_000,
} as const;

const WRITE_EVERY_MS = 5_000;

/**
 * Records the requests that a service's API refused in its change log, from where the console's audit log gets them. It counts
 * them in memory, so that whoever floods the service leaves few rows: the first from a network is written within seconds, its
 * repeats within the same minute as one more row. What the log cannot store stays counted in the metrics alone.
 */
export class RefusalLog {
  readonly #changes: ChangeLog;
  readonly #logger: Pick<Logger, 'warn'>;
  readonly #counts = new RepeatCounts<Refused>(COUNTED);
  readonly #refusals = refusalsTotal();
  readonly #timer: NodeJS.Timeout;

  constructor(changes: ChangeLog, logger: Pick<Logger, 'warn'>) {
    this.#changes = changes;
    this.#logger = logger;
    this.#timer = setInterval(() => void this.writeDue(), WRITE_EVERY_MS).unref();
  }

  readonly note: OnRefusal = ({ ip, method, routeOptions }, code) => {
    const reason = REASONS.find((known) => known === code);
    if (reason === undefined) return;
    this.#refusals.inc({ reason });
    const begun_ms = Date.now();
    const target = (routeOptions.url ?? '').replace(/^\//, '');
    this.#counts.add({ begun_ms, address: ip, method, target, reason }, begun_ms);
  };

  /** Writes the first of each kind, and the repeats of a minute that is over. */
  writeDue(): Promise<void> {
    return this.#write(this.#counts.take(Date.now()));
  }

  /** Writes everything. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#write(this.#counts.takeAll(Date.now()));
  }

  async #write(taken: readonly Repeated<Refused>[]): Promise<void> {
    try {
      for (const { first, count } of taken) await this.#changes.refused({ ...first, id: randomUUID(), count });
    } catch {
      this.#logger.warn({ kinds: taken.length }, 'Refused requests could not be recorded');
    }
  }
}

/** A process has one registry, and in tests several applications. */
function refusalsTotal(): Counter<'reason'> {
  const name = 'hilo_http_refusals_total';
  const known = register.getSingleMetric(name) as Counter<'reason'> | undefined;
  if (known !== undefined) return known;
  const made = new Counter({
    name,
    help: "Requests to the service's own API that were refused because of who asked.",
    labelNames: ['reason'],
  });
  // Each series begins at zero: a rate of one that begins with its first event misses that event.
  for (const reason of REASONS) made.inc({ reason }, 0);
  return made;
}
