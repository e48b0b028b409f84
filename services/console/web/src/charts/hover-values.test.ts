import { expect, it } from 'vitest';
import { formatsOf } from '../language/formats.ts';
import { hoverLines } from './hover-values.ts';

const at = {
  timeS: Date.parse('2026-05-17T12:30:00Z') / 1000,
  values: [
    ['revenue', 1084.14],
    ['refunds', null],
  ],
} as const;

it('says the time and every value, grouped as the language does, and a dash where nothing is known', () => {
  expect(hoverLines(at, null, formatsOf('en', 'UTC'))).toEqual([
    '17 May 2026, 12:30:00',
    'revenue: 1,084.14',
    'refunds: –',
  ]);
  expect(hoverLines(at, { unit: 'day', count: 1 }, formatsOf('es', 'UTC'))).toEqual([
    '17 may 2026',
    'revenue: 1.084,14',
    'refunds: –',
  ]);
});
