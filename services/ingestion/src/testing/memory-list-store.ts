import { LIST_LIMITS, type StaticList } from '../domain/static-list.ts';
import type { ListStore } from '../ports.ts';

/** The static lists in memory. */
export class MemoryListStore implements ListStore {
  readonly #lists = new Map<string, StaticList>();

  async all(): Promise<readonly StaticList[]> {
    return [...this.#lists.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  async find(key: string): Promise<StaticList | null> {
    return this.#lists.get(key) ?? null;
  }

  async put(key: string, name: string, nowMs: number): Promise<StaticList | 'limit_reached'> {
    const known = this.#lists.get(key);
    if (known === undefined && this.#lists.size >= LIST_LIMITS.lists) return 'limit_reached';
    const list = { key, name, created_at_ms: known?.created_at_ms ?? nowMs };
    this.#lists.set(key, list);
    return list;
  }
}

/** For servers whose tests are about something else. */
export const NO_LISTS = { lists: new MemoryListStore(), sendListEntries: async (): Promise<void> => undefined };
