import { expect, it } from 'vitest';
import { readFault } from '../api/api-error.ts';
import { faultWords } from './fault-words.ts';
import { elementMessages } from './messages.ts';

it('says what happened and what helps, whatever the status', () => {
  for (const status of [0, 400, 401, 403, 404, 409, 413, 429, 500, 502, 503, 504]) {
    const { title, help } = faultWords(readFault(status, null), elementMessages.es);
    expect(title).not.toBe('');
    expect(help).not.toBe('');
  }
});

it('passes on what the answer said', () => {
  expect(faultWords(readFault(409, { detail: 'It has version 3.' }), elementMessages.en).detail).toBe(
    'The answer was: It has version 3.',
  );
  for (const kind of ['no-answer', 'unconfirmed', 'offline'] as const)
    expect(faultWords({ kind }, elementMessages.en).detail).toBeNull();
});
