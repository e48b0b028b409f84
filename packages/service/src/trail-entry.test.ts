import { expect, it } from 'vitest';
import { entryOfChange, type RecordedHere } from './trail-entry.ts';

const CHANGE: RecordedHere = {
  ...{ id: 'x', begun_ms: 5, who: 'ann@example.com', address: '192.0.2.7', method: 'PUT', target: 'v1/segments/vip' },
  ...{ reason: null, count: 1, before: null, after: { size: 1 } },
};

it('a change of a service has the path and the id that the audit log gives it', () => {
  expect(entryOfChange('segmentation', CHANGE)).toEqual({
    ...{ when_ms: 5, who: 'ann@example.com', what: 'created', target: 'segmentation/v1/segments/vip', method: 'PUT' },
    ...{ address: '192.0.2.7', reason: null, count: 1, before: null, after: { size: 1 }, change_id: 'segmentation/x' },
  });
});

it.each([
  [{ before: { size: 0 } }, 'changed'],
  [{ before: { size: 0 }, after: null, method: 'DELETE' }, 'deleted'],
  [{ method: 'POST' }, 'ran'],
  [{ reason: 'unauthorized', count: 7 }, 'refused'],
] as const)('with %j it was %s', (part, what) => {
  expect(entryOfChange('segmentation', { ...CHANGE, ...part })).toMatchObject({ what });
});
