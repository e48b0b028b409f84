import { type BegunChange, type ChangeList, type ChangeLog, keptValue, type RecordedChange } from './change-log.ts';

/** Changes of one process, in memory: for a service that runs without PostgreSQL, as in tests of its HTTP server. */
export class MemoryChanges implements ChangeLog {
  readonly #begun = new Map<string, BegunChange>();
  readonly #ended: RecordedChange[] = [];

  async begin(change: BegunChange): Promise<'begun' | 'id_taken'> {
    if (this.#begun.has(change.id) || this.#ended.some(({ id }) => id === change.id)) return 'id_taken';
    this.#begun.set(change.id, { ...change, before: keptValue(change.before) });
    return 'begun';
  }

  async end(id: string, after: unknown): Promise<void> {
    const change = this.#begun.get(id);
    if (change === undefined || !this.#begun.delete(id)) return;
    this.#ended.push({ ...change, after: keptValue(after), position: this.#ended.length + 1 });
  }

  async drop(id: string): Promise<void> {
    this.#begun.delete(id);
  }

  async list(after: number, limit: number): Promise<ChangeList> {
    const items = this.#ended.filter(({ position }) => position > after).slice(0, limit);
    return { items, last: this.#ended.length };
  }
}
