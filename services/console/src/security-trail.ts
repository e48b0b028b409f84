import { type Logger, RepeatCounts, type Runnable } from '@hilo/service';
import { type AuditEntry, securityEntry } from './domain/audit-entry.ts';
import { kindOf, merged, type SecurityEvent, STRANGER, type VainEvent, widened } from './domain/security-event.ts';
import type { ConsoleMetrics } from './metrics.ts';
import type { AuditLog, PeopleStore } from './ports.ts';

/** What the trail needs. */
export interface SecurityTrailDependencies {
  readonly audit: Pick<AuditLog, 'append'>;
  readonly people: Pick<PeopleStore, 'emailOf'>;
  readonly metrics: ConsoleMetrics;
  readonly nowMs: () => number;
  readonly logger: Pick<Logger, 'warn'>;
}

type Noted = VainEvent & { readonly when_ms: number };

const RULES = {
  keyOf: kindOf,
  merged: (first: Noted, next: Noted): Noted => ({ ...merged(first, next), when_ms: first.when_ms }),
  widened: (event: Noted): Noted => ({ ...widened(event), when_ms: event.when_ms }),
  withinMs: 60_000,
} as const;

/** Kinds counted apart within a minute: of strangers, and of people, so that strangers never hide what concerns a person. */
const KINDS = { strangers: 100, people: 200 } as const;

const WRITE_EVERY_MS = 5_000;

/** Entries that are kept while the database does not answer. */
const UNWRITTEN_AT_MOST = 1_000;

/**
 * Records who signed in and out, and what was tried in vain. An event of the first sort is an entry at once. Those of the
 * second sort, which anybody can make happen as often as they like, are counted in memory: the first of a kind becomes an entry
 * within seconds, and its repeats within the same minute one more.
 */
export class SecurityTrail implements Runnable {
  readonly #dependencies: SecurityTrailDependencies;
  readonly #strangers = new RepeatCounts<Noted>({ ...RULES, kindsAtMost: KINDS.strangers });
  readonly #people = new RepeatCounts<Noted>({ ...RULES, kindsAtMost: KINDS.people });
  #unwritten: readonly AuditEntry[] = [];
  #writing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(dependencies: SecurityTrailDependencies) {
    this.#dependencies = dependencies;
  }

  async start(): Promise<void> {
    this.#timer = setInterval(() => void this.#write(false), WRITE_EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  /**
   * Records an event. Rejects if somebody signs in or out and it can't be written. What was tried in vain takes no time and
   * never rejects, so that no answer reveals by its time what was recorded.
   */
  async record(event: SecurityEvent): Promise<void> {
    const { audit, metrics, nowMs } = this.#dependencies;
    metrics.happened(event);
    if (event.what === 'signed_in' || event.what === 'signed_out')
      return audit.append(securityEntry({ ...event, when_ms: nowMs() }));
    const counts = event.who === STRANGER ? this.#strangers : this.#people;
    counts.add({ ...event, when_ms: nowMs() }, nowMs());
  }

  /** Writes everything that was recorded until now. */
  flush(): Promise<void> {
    return this.#write(true);
  }

  #write(isAll: boolean): Promise<void> {
    const nowMs = this.#dependencies.nowMs();
    const taken = [this.#people, this.#strangers].flatMap((counts) =>
      isAll ? counts.takeAll(nowMs) : counts.take(nowMs),
    );
    this.#unwritten = [...this.#unwritten, ...taken.map(({ first, count }) => securityEntry({ ...first, count }))];
    this.#writing = this.#writing.then(() => this.#append());
    return this.#writing;
  }

  async #append(): Promise<void> {
    const { audit, people, logger } = this.#dependencies;
    try {
      for (let [next] = this.#unwritten; next !== undefined; [next] = this.#unwritten) {
        await audit.append({ ...next, target: await withAddress(next.target, people) });
        this.#unwritten = this.#unwritten.slice(1);
      }
    } catch {
      const lost = Math.max(0, this.#unwritten.length - UNWRITTEN_AT_MOST);
      this.#unwritten = this.#unwritten.slice(lost);
      logger.warn({ waiting: this.#unwritten.length, lost }, 'Refusals wait until the audit log can be written');
    }
  }
}

/**
 * A path with the address of the user that it names by id: entries of changes name users so, and it still says whom it was about
 * when nobody has the id any more.
 */
async function withAddress(path: string, people: Pick<PeopleStore, 'emailOf'>): Promise<string> {
  const [area, id = '', ...rest] = path.split('/');
  const email = area === 'users' ? await people.emailOf(id) : null;
  return email === null ? path : ['users', email, ...rest].join('/');
}
