import type { Runnable } from '@hilo/service';
import { entryOf } from './domain/service-change.ts';
import { type ServiceName, SERVICES } from './domain/rights.ts';
import type { AuditLog, ReadChanges } from './ports.ts';

const EVERY_MS = 5_000;

/** Copies changes and refusals that services recorded into the audit log, however they were made: each once, every few seconds. */
export class ServiceChanges implements Runnable {
  readonly #read: ReadChanges;
  readonly #audit: AuditLog;
  #timer: NodeJS.Timeout | undefined;
  #pulling: Promise<void> | null = null;

  constructor(dependencies: { readonly read: ReadChanges; readonly audit: AuditLog }) {
    this.#read = dependencies.read;
    this.#audit = dependencies.audit;
  }

  async start(): Promise<void> {
    this.#timer = setInterval(() => void this.pull(), EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#pulling;
  }

  ready(): boolean {
    return true;
  }

  /** Copies new changes; asks an unavailable service or database again later. */
  pull(): Promise<void> {
    this.#pulling ??= Promise.all(SERVICES.map((service) => this.#take(service)))
      .then(() => undefined)
      .finally(() => (this.#pulling = null));
    return this.#pulling;
  }

  async #take(service: ServiceName): Promise<void> {
    try {
      for (;;) {
        const after = await this.#audit.taken(service);
        const read = await this.#read(service, after);
        if (read === null) return;
        const { items, last } = read;
        // The service restarted its count, on a new database: read it from the beginning.
        const to = last < after ? 0 : (items.at(-1)?.position ?? after);
        if (to === after) return;
        const entries = last < after ? [] : items.map((change) => entryOf(service, change));
        await this.#audit.take(service, after, to, entries);
      }
    } catch {
      // The database is unavailable: nothing was copied, and nothing is lost.
    }
  }
}
