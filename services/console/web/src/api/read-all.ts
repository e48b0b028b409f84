import type { ListPage } from './api.ts';

/** Pages of a list that is read as a whole, at most. */
const PAGES = 40;

/** All items of a list that is short by its nature; rejects where it is longer than that. */
export async function readAll<T>(read: (cursor: string | null) => Promise<ListPage<T>>): Promise<readonly T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < PAGES; pages++) {
    const page: ListPage<T> = await read(cursor);
    items.push(...page.items);
    cursor = page.next;
    if (cursor === null) return items;
  }
  throw new Error('the list is longer than it can be');
}
