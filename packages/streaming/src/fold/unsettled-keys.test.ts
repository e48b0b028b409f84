import { describe, expect, it } from 'vitest';
import { newRow } from './key-row.ts';
import { NOBODY_WAITS, UnsettledKeys } from './unsettled-keys.ts';

const waits = (partition: number, key: string) => ({ ...newRow(partition, key, null), awaiting: { m: 1 } });

describe('UnsettledKeys', () => {
  it('counts from when a key first waited, until it waits no more', () => {
    const keys = new UnsettledKeys();
    keys.note(waits(0, 'a'), 1_000);
    keys.note(waits(0, 'a'), 3_000);
    keys.note(waits(1, 'b'), 4_000);
    expect(keys.waiting(5_000)).toEqual({ keys: 2, oldest_ms: 4_000 });
    keys.note(newRow(0, 'a', null), 6_000);
    expect(keys.waiting(6_000)).toEqual({ keys: 1, oldest_ms: 2_000 });
  });

  it('does not take a handover that came before its name for waiting', () => {
    const keys = new UnsettledKeys();
    keys.note({ ...newRow(0, 'a', null), awaiting: { m: -1 } }, 0);
    expect(keys.waiting(1)).toEqual(NOBODY_WAITS);
  });

  it('forgets a partition that went to another instance', () => {
    const keys = new UnsettledKeys();
    keys.note(waits(0, 'a'), 0);
    keys.forget(0);
    expect(keys.waiting(1)).toEqual(NOBODY_WAITS);
  });
});
