import { expect, it } from 'vitest';
import { retryId } from '../domain/delivery.ts';
import type { DeliveryRow } from '../ports.ts';
import { followRetries } from './follow-retries.ts';

function row(delivery_id: string, status: DeliveryRow['status'], retry: DeliveryRow['retry'] = null): DeliveryRow {
  return { delivery_id, status, retry } as DeliveryRow;
}

function readerOf(...rows: readonly DeliveryRow[]) {
  const asked: number[] = [];
  const find = async (ids: readonly string[]) => {
    asked.push(ids.length);
    return rows.filter(({ delivery_id }) => ids.includes(delivery_id));
  };
  return { find, asked };
}

it('follows a failed delivery to the last one that sent it again, with one question a time', async () => {
  const once = row('a', 'failed', 'retried');
  const twice = row('b', 'failed', 'retried');
  const again = row(retryId('b'), 'failed', 'retried');
  const reader = readerOf(row(retryId('a'), 'delivered'), again, row(retryId(again.delivery_id), 'retrying'));
  const found = await followRetries(reader, [once, twice, row('c', 'failed', 'possible'), row('d', 'delivered')]);
  expect([...found].map(([id, { status }]) => [id, status])).toEqual([
    ['a', 'delivered'],
    ['b', 'retrying'],
  ]);
  expect(reader.asked).toEqual([2, 1]);
});

it('says nothing of one whose retry is not to be seen yet, and asks nothing where none was sent again', async () => {
  const reader = readerOf();
  expect((await followRetries(reader, [row('a', 'failed', 'retried')])).size).toBe(0);
  expect((await followRetries(reader, [row('b', 'failed', 'possible')])).size).toBe(0);
  expect(reader.asked).toEqual([1]);
});
