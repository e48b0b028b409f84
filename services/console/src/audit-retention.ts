import { isStoreUnavailable, type Logger, type Runnable } from '@hilo/service';
import type { AuditLog } from './ports.ts';

const DAY_MS = 86_400_000;
const EVERY_MS = 3_600_000;

/** Entries that go at once, and how often in a row: each deletion is short, and a long backlog is done by and by. */
const BATCH = 1_000;
const BATCHES_AT_ONCE = 100;

/** What deleting old entries needs. */
export interface AuditRetentionDependencies {
  readonly audit: Pick<AuditLog, 'deleteBefore'>;
  /** Days that an entry stays. */
  readonly days: number;
  readonly nowMs: () => number;
  readonly logger: Pick<Logger, 'warn'>;
}

/** Deletes entries of the audit log that are older than the operator wants, every hour. */
export class AuditRetention implements Runnable {
  readonly #dependencies: AuditRetentionDependencies;
  #timer: NodeJS.Timeout | undefined;
  #deleting: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(dependencies: AuditRetentionDependencies) {
    this.#dependencies = dependencies;
  }

  async start(): Promise<void> {
    this.#timer = setInterval(() => this.#begin(), EVERY_MS);
    this.#begin();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    await this.#deleting;
  }

  /** Deletes what is too old now, up to a number of batches; returns how many entries. */
  async deleteOld(): Promise<number> {
    const { audit, days, nowMs } = this.#dependencies;
    const beforeMs = nowMs() - days * DAY_MS;
    let deleted = 0;
    for (let batch = 0; batch < BATCHES_AT_ONCE && !this.#isStopped; batch++) {
      const gone = await audit.deleteBefore(beforeMs, BATCH);
      deleted += gone;
      if (gone < BATCH) break;
    }
    return deleted;
  }

  #begin(): void {
    this.#deleting = this.#deleting
      .then(() => this.deleteOld())
      .then(
        () => undefined,
        (error: unknown) => {
          const reason = isStoreUnavailable(error) ? 'the database does not answer' : 'the database refuses';
          this.#dependencies.logger.warn({ reason }, 'Old entries of the audit log could not be deleted');
        },
      );
  }
}
