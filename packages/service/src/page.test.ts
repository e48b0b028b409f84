import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { page, readPage } from './page.ts';

describe('paging', () => {
  it('visits every item of a list once, whatever the page size', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string()), fc.integer({ min: 1, max: 5 }), (keys, limit) => {
        const sorted = keys.toSorted((a, b) => (a < b ? -1 : 1));
        const seen: string[] = [];
        let cursor: string | null | undefined;
        do {
          const request = readPage(cursor === undefined ? { limit: `${limit}` } : { limit: `${limit}`, cursor });
          const after = request.after?.[0];
          const rest = after === undefined ? sorted : sorted.filter((key) => key > after);
          const answer = page(rest.slice(0, request.limit + 1), request.limit, (key) => [key]);
          seen.push(...answer.items);
          cursor = answer.next;
        } while (cursor !== null);
        expect(seen).toEqual(sorted);
      }),
    );
  });

  it('refuses a limit out of range and a cursor it did not make, naming the parameter', () => {
    for (const limit of ['0', '1001', 'x', '-1', '1.5'])
      expect(() => readPage({ limit })).toThrow(expect.objectContaining({ status: 400, details: { field: 'limit' } }));
    for (const cursor of ['x', '', 'e30', 3])
      expect(() => readPage({ cursor })).toThrow(expect.objectContaining({ details: { field: 'cursor' } }));
  });
});
