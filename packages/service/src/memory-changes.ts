import {
  type BegunChange,
  type ChangeList,
  type ChangeLog,
  keptValue,
  type LoggedChange,
  type RefusedRequests,
  UNKNOWN_CALLER,
} from './change-log.ts';

/** Changes of one process, in memory: for a service that runs without PostgreSQL, as in tests of its HTTP server. */
export class MemoryChanges implements ChangeLog {
  readonly #begun = new Map<string, BegunChange>();
  readonly #ended: LoggedChange[] = [];

  async begin(change: BegunChange): Promise<'begun' | 'id_taken'> {
    if (this.#begun.has(change.id) || this.#ended.some(({ id }) => id === change.id)) return 'id_taken';
    this.#begun.set(change.id, { ...change, before: keptValue(change.before) });
    return 'begun';
  }

  async end(id: string, after: unknown): Promise<void> {
    const change = this.#begun.get(id);
    if (change === undefined || !this.#begun.delete(id)) return;
    this.#add({ ...change, after: keptValue(after), reason: null, count: 1 });
  }

  async drop(id: string): Promise<void> {
    this.#begun.delete(id);
  }

  async refused(requests: RefusedRequests): Promise<void> {
    this.#add({ ...requests, who: UNKNOWN_CALLER, before: null, after: null });
  }

  async list(after: number, limit: number): Promise<ChangeList> {
    const items = this.#ended.filter(({ position }) => position > after).slice(0, limit);
    return { items, last: this.#ended.length };
  }

  #add(entry: Omit<LoggedChange, 'position'>): void {
    this.#ended.push({ ...entry, position: this.#ended.length + 1 });
  }
}
