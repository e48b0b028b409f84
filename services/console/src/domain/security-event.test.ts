import { describe, expect, it } from 'vitest';
import { kindOf, merged, SEVERAL, STRANGER, type VainEvent, widened } from './security-event.ts';

const refused: VainEvent = {
  what: 'refused',
  reason: 'forbidden',
  ...{ who: 'ann@example.com', method: 'DELETE', target: 'users/ben@example.com', address: '2001:db8::1' },
};

describe('what counts as one kind', () => {
  it('is what the same person tries in vain from the same network for the same reason', () => {
    expect(kindOf({ ...refused, target: 'users/cid@example.com', address: '2001:db8::2' })).toBe(kindOf(refused));
    const others: readonly VainEvent[] = [
      { ...refused, who: STRANGER },
      { ...refused, address: '2001:db9::1' },
      { ...refused, address: null },
      { ...refused, reason: 'csrf_failed' },
      { ...refused, what: 'sign_in_failed', reason: 'wrong_password' },
    ];
    expect(new Set([refused, ...others].map(kindOf)).size).toBe(others.length + 1);
  });

  it('keeps the first one’s target as long as it is everybody’s', () => {
    expect(merged(refused, { ...refused, address: '2001:db8::2' })).toEqual(refused);
    expect(merged(refused, { ...refused, target: 'audit' })).toEqual({ ...refused, target: SEVERAL });
  });

  it('is only what happened and why, where too many are counted', () => {
    expect(widened(refused)).toEqual({ ...refused, who: SEVERAL, target: SEVERAL, address: null });
  });
});
