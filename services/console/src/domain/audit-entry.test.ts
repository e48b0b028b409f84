import { describe, expect, it } from 'vitest';
import { AUDIT_CHARACTERS, auditEntry } from './audit-entry.ts';

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
      what,
      before,
      after,
      change_id: null,
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
});
