import { describe, expect, it } from 'vitest';
import { AUDIT_CHARACTERS, auditEntry, securityEntry } from './audit-entry.ts';

const change = { when_ms: 5, who: 'ann@example.com', target: 'activation/v1/destinations/crm' };

describe('an entry of the audit log', () => {
  it.each([
    [null, { url: 'a' }, false, 'created'],
    [{ url: 'a' }, { url: 'b' }, false, 'changed'],
    [{ url: 'a' }, null, false, 'deleted'],
    [null, { replayed: 3 }, true, 'ran'],
  ])('from %j to %j (a call: %s) says %s', (before, after, isCall, what) => {
    expect(auditEntry({ ...change, isCall, before, after })).toEqual({
      ...change,
      ...{ what, before, after, change_id: null },
      ...{ method: null, address: null, reason: null, count: 1 },
    });
  });

  it('has no secrets', () => {
    const entry = auditEntry({ ...change, before: { secret: 'old' }, after: { secret: 'new', url: 'b' } });
    expect([entry.before, entry.after]).toEqual([{ secret: '[redacted]' }, { secret: '[redacted]', url: 'b' }]);
  });

  it('has a bounded size', () => {
    const entry = auditEntry({
      ...change,
      target: 'x'.repeat(5000),
      before: { url: 'x'.repeat(AUDIT_CHARACTERS) },
      after: { url: 'a' },
    });
    expect(entry.before).toEqual({ left_out: `${AUDIT_CHARACTERS + 10} characters` });
    expect(entry.after).toEqual({ url: 'a' });
    expect(entry.target).toHaveLength(1000);
  });

  it('of a sign-in says who and from where', () => {
    const signed = { what: 'signed_in', who: 'ann@example.com', target: 'session', address: '192.0.2.7' } as const;
    expect(securityEntry({ ...signed, when_ms: 5 })).toEqual({
      ...{ ...signed, when_ms: 5, method: null, reason: null, count: 1 },
      ...{ before: null, after: null, change_id: null },
    });
  });

  it('of a refusal says what was tried, how often and why, of bounded size and without keys', () => {
    const entry = securityEntry({
      what: 'refused',
      reason: 'forbidden',
      ...{ who: 'x'.repeat(5000), address: 'y'.repeat(5000) },
      ...{ target: `tokens/hilo_${'a'.repeat(43)}/${'x'.repeat(5000)}`, method: 'DELETE', count: 12, when_ms: 5 },
    });
    expect(entry).toMatchObject({ what: 'refused', reason: 'forbidden', method: 'DELETE', count: 12, before: null });
    expect([entry.who, entry.target, entry.address].map((text) => text?.length)).toEqual([1000, 1000, 100]);
    expect(entry.target).not.toContain('aaaa');
  });
});
