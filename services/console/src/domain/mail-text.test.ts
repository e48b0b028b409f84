import { describe, expect, it } from 'vitest';
import { invitationMail, mailLanguageOf, resetMail } from './mail-text.ts';

const URL = 'https://hilo.example/accept#token=t';

it.each([
  [undefined, 'en'],
  ['', 'en'],
  ['es', 'es'],
  ['es-MX,es;q=0.9,en;q=0.8', 'es'],
  ['en-GB, es;q=0.9', 'en'],
  ['fr-FR, ES;q=0.5', 'es'],
  ['de', 'en'],
] as const)('mails to a browser that wants %j are in %s', (header, language) => {
  expect(mailLanguageOf(header)).toBe(language);
});

describe.each(['en', 'es'] as const)('a mail in %s', (language) => {
  it('has the link on a line of its own', () => {
    for (const { subject, text } of [invitationMail(URL, 7, language), resetMail(URL, language)]) {
      expect(text.split('\n')).toContain(URL);
      expect(subject).not.toContain('\n');
    }
  });
});
