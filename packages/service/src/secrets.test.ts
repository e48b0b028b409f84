import { expect, it } from 'vitest';
import { withoutSecrets } from './secrets.ts';

it('replaces secrets wherever they are, and nothing else', () => {
  const answer = {
    items: [
      { key: 'web', writeKey: 'wk_1', maxEventBytes: 5, enabled: true },
      { key: 'crm', secret: 'whsec_1', settings: { apiKey: 'x', 'client-secret': ['a', 'b'], tokens: 3 } },
    ],
    next: null,
  };
  expect(withoutSecrets(answer)).toEqual({
    items: [
      { key: 'web', writeKey: '[redacted]', maxEventBytes: 5, enabled: true },
      {
        key: 'crm',
        secret: '[redacted]',
        settings: { apiKey: '[redacted]', 'client-secret': '[redacted]', tokens: 3 },
      },
    ],
    next: null,
  });
});

it('leaves it to be seen that there is no secret', () => {
  expect(withoutSecrets({ secret: null, password: '', token: false })).toEqual({
    secret: null,
    password: '',
    token: false,
  });
});

it.each(['text', 7, null, true])('leaves %j as it is', (value) => {
  expect(withoutSecrets(value)).toBe(value);
});
