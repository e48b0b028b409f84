import { describe, expect, it } from 'vitest';
import { AUDIT_FORMS } from './audit-file.ts';

const entry = {
  ...{ id: '7', when: '2026-01-31T12:00:00.000Z', who: '=cmd@example.com', what: 'changed', method: null },
  ...{ target: 'users/ann@example.com', address: '192.0.2.7', reason: null, count: 1 },
  ...{ before: { name: '=1+1' }, after: null },
};

describe('a file of the audit log', () => {
  it('as CSV begins with the names of its columns, and holds nothing that a spreadsheet runs', () => {
    const { head, line } = AUDIT_FORMS.csv;
    expect(head).toBe('id,when,who,what,method,target,address,reason,count,before,after\r\n');
    expect(line(entry)).toBe(
      "7,2026-01-31T12:00:00.000Z,'=cmd@example.com,changed,,users/ann@example.com,192.0.2.7,,1," +
        '"{""name"":""=1+1""}",\r\n',
    );
  });

  it('as JSON lines has every value as it is', () => {
    const { head, line } = AUDIT_FORMS.jsonl;
    expect(head).toBe('');
    expect(line(entry).endsWith('\n')).toBe(true);
    expect(JSON.parse(line(entry))).toEqual(entry);
  });
});
