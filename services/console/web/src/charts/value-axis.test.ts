import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatsOf } from '../language/formats.ts';
import { valueAxis, valueLabels } from './value-axis.ts';

const { axisNumber } = formatsOf('en', 'UTC');

describe('an axis of values', () => {
  it.each([
    ['one person', [1], 5, ['0', '1']],
    ['nobody', [0, 0], 5, ['0', '1']],
    ['nothing known', [null], 5, ['0', '1']],
    ['a few people', [0, 1, 3], 6, ['0', '1', '2', '3']],
    ['tenths', [0.25, 0.8], 5, ['0.0', '0.2', '0.4', '0.6', '0.8']],
    ['refunds', [-30, 50], 5, ['-40', '-20', '0', '20', '40', '60']],
    ['thousands', [1250, 3900], 5, ['0', '1k', '2k', '3k', '4k']],
    ['millions', [2_500_000, 2_900_000], 4, ['0', '1m', '2m', '3m']],
  ])('of %s has marks that fit', (_what, values, most, labels) => {
    expect(valueLabels(valueAxis(values, most), axisNumber)).toEqual(labels);
  });

  it('covers its values, in steps of one length, with names that differ; whole where the values are', () => {
    const whole = fc.array(fc.oneof(fc.integer({ min: -1e9, max: 1e12 }), fc.integer({ min: 0, max: 9 })), {
      maxLength: 9,
    });
    const money = fc.array(
      fc.integer({ min: -1e9, max: 1e9 }).map((cents) => cents / 100),
      { maxLength: 9 },
    );
    fc.assert(
      fc.property(fc.oneof(whole, money), fc.integer({ min: 2, max: 10 }), (values, most) => {
        const axis = valueAxis(values, most);
        for (const value of values) expect(value >= axis.from && value <= axis.to).toBe(true);
        expect(axis.marks.length).toBeLessThanOrEqual(most + 2);
        expect(axis.marks.length).toBeGreaterThanOrEqual(2);
        if (values.every(Number.isInteger)) expect(axis.marks.every(Number.isInteger)).toBe(true);
        const labels = valueLabels(axis, axisNumber);
        expect(new Set(labels).size).toBe(labels.length);
        expect(axis.marks.includes(0)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
