import { expect, it } from 'vitest';
import { formatsOf } from '../language/formats.ts';
import { cellText } from './answer-table.tsx';

const amount = { name: 'revenue', type: 'Float64' };

it('groups amounts as the language does, and leaves years, ids and texts as they came', () => {
  expect(cellText(1_234_567.891, amount, formatsOf('en', 'UTC'))).toBe('1,234,567.891');
  expect(cellText(1234.5, amount, formatsOf('es', 'UTC'))).toBe('1.234,5');
  expect(cellText(2026, { name: 'order_year', type: 'UInt16' }, formatsOf('en', 'UTC'))).toBe('2026');
  expect(cellText('12345678901234567890123', amount, formatsOf('en', 'UTC'))).toBe('12345678901234567890123');
  expect(cellText('2026-05-17', { name: 'at', type: 'Date' }, formatsOf('en', 'UTC'))).toBe('2026-05-17');
  expect(cellText(null, amount, formatsOf('en', 'UTC'))).toBe('–');
});
