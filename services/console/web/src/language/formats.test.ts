import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseLanguage } from './messages.ts';
import { formatsOf } from './formats.ts';
import { LANGUAGES } from './messages.ts';

const english = formatsOf('en', 'UTC');
const spanish = formatsOf('es', 'UTC');
const NOW_MS = Date.parse('2026-03-01T12:00:00Z');

describe('numbers', () => {
  it('are grouped as the language does', () => {
    expect(english.count(1_234_567)).toBe('1,234,567');
    expect(spanish.count(1_234_567)).toBe('1.234.567');
    expect(spanish.count(1_234)).toBe('1.234');
  });

  it('are fine when small and whole when large', () => {
    expect(['0.04', '0.4', '9.94', '9.96', '412.6'].map((value) => english.rate(Number(value)))).toEqual([
      '0',
      '0.4',
      '9.9',
      '10',
      '413',
    ]);
  });

  it('of bytes are given in KB from 1,024 on', () => {
    expect(english.bytes(1_023)).toBe('1,023 B');
    expect(english.bytes(32_768)).toBe('32 KB');
    expect(english.bytes(5.5 * 1024 ** 2)).toBe('5.5 MB');
    expect(english.bytes(210 * 1024 ** 2 + 1)).toBe('210 MB');
    expect(spanish.bytes(1.5 * 1024 ** 3)).toBe('1,5 GB');
  });
});

describe('times', () => {
  it('are written to the second', () => {
    expect(english.time('2026-03-01T12:00:05Z')).toBe('1 Mar 2026, 12:00:05');
    expect(english.clock('2026-03-01T12:00:05Z')).toBe('12:00:05');
    expect(english.dayClock('2026-03-01T12:00:05Z')).toBe('1 Mar, 12:00');
    expect(spanish.day('2026-03-01T12:00:05Z')).toBe('1 mar 2026');
  });

  it.each([
    ['2026-03-01T11:59:30Z', '30 seconds ago', 'hace 30 segundos'],
    ['2026-03-01T11:55:00Z', '5 minutes ago', 'hace 5 minutos'],
    ['2026-03-01T15:00:00Z', 'in 3 hours', 'dentro de 3 horas'],
    ['2026-02-27T12:00:00Z', '2 days ago', 'anteayer'],
  ])('%s, seen from now: %s', (iso, inEnglish, inSpanish) => {
    expect(english.ago(iso, NOW_MS)).toBe(inEnglish);
    expect(spanish.ago(iso, NOW_MS)).toBe(inSpanish);
  });

  it.each([
    [0, '0 secs', '0 s'],
    [0.0042, '4.2 ms', '4,2 ms'],
    [0.25, '250 ms', '250 ms'],
    [1.54, '1.5 secs', '1,5 s'],
    [90, '1.5 mins', '1,5 min'],
    [7_200, '2 hrs', '2 h'],
    [180_000, '2.1 days', '2,1 d'],
  ])('of %d seconds have a unit', (seconds, inEnglish, inSpanish) => {
    expect(english.duration(seconds).replaceAll('\u00a0', ' ')).toBe(inEnglish);
    expect(spanish.duration(seconds).replaceAll('\u00a0', ' ')).toBe(inSpanish);
  });

  it('that are none stay as they are', () => {
    fc.assert(
      fc.property(fc.constantFrom(...LANGUAGES), (language) => {
        const formats = formatsOf(language, 'UTC');
        expect([formats.time('soon'), formats.clock('soon'), formats.ago('soon', NOW_MS)]).toEqual([
          'soon',
          'soon',
          'soon',
        ]);
      }),
    );
  });
});

describe('the language to begin with', () => {
  it.each([
    [null, ['es-MX', 'en'], 'es'],
    [null, ['de-DE', 'es'], 'es'],
    [null, ['de-DE'], 'en'],
    [null, [], 'en'],
    ['en', ['es-ES'], 'en'],
    ['xx', ['ES'], 'es'],
  ] as const)('remembered %j, wanted %j: %s', (remembered, wanted, language) => {
    expect(chooseLanguage(remembered, wanted)).toBe(language);
  });
});
