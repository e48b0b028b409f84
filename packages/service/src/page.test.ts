import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { page, pageRequest } from './page.ts';

describe('paging', () => {
  it('visits every item of a list once, whatever the page size', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string()), fc.integer({ min: 1, max: 5 }), (keys, limit) => {
        const sorted = keys.toSorted((a, b) => (a < b ? -1 : 1));
        const seen: string[] = [];
        let cursor: string | null = null;
        do {
          const request = pageRequest(cursor === null ? { limit } : { limit, cursor });
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

  it('refuses a cursor it did not make, naming the parameter', () => {
    for (const cursor of ['x', '', 'e30'])
      expect(() => pageRequest({ limit: 1, cursor })).toThrow(
        expect.objectContaining({ status: 400, details: { field: 'cursor' } }),
      );
  });
});
