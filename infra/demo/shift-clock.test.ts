import { expect, it } from 'vitest';
import { retailHistory } from './retail-events.ts';
import { shiftToNow, timedCall } from './shift-clock.ts';

const history = await retailHistory(
  ['2011-12-08 12:50:00', '2011-12-09 12:50:00'].map((InvoiceDate, n) => ({
    InvoiceNo: `${n}`,
    StockCode: 'A',
    Description: '',
    Quantity: '1',
    InvoiceDate,
    UnitPrice: '1',
    CustomerID: '',
    Country: 'Spain',
  })),
);
const timesWith = (shift_ms: number) => history.events.map((event) => timedCall(event, shift_ms));

it('puts the last order an hour before now, and keeps all distances', () => {
  const shift_ms = shiftToNow(history, Date.UTC(2026, 0, 1, 12));
  expect(timesWith(shift_ms)).toMatchObject([
    { timestamp: '2025-12-31T11:00:00.000Z' },
    { timestamp: '2026-01-01T11:00:00.000Z' },
  ]);
});

it('keeps the true dates without a shift, and claims no time of sending', () => {
  expect(timesWith(0)[1]).toMatchObject({ timestamp: '2011-12-09T12:50:00.000Z' });
  expect(timesWith(0)[1]).not.toHaveProperty('sentAt');
});
