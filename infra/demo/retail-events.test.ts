import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type RetailHistory, retailHistory } from './retail-events.ts';
import { type RetailLine, readRetailLines } from './retail-lines.ts';

const LINE: RetailLine = {
  InvoiceNo: '536365',
  StockCode: '85123A',
  Description: 'WHITE HEART',
  Quantity: '6',
  InvoiceDate: '2010-12-01 08:26:00',
  UnitPrice: '2.55',
  CustomerID: '17850.0',
  Country: 'United Kingdom',
};
const historyOf = (...lines: Partial<RetailLine>[]) => retailHistory(lines.map((line) => ({ ...LINE, ...line })));
const callsOf = (history: RetailHistory) => history.events.map((event) => event.call);

describe('the events of an invoice', () => {
  it('are an identify with the country and one order holding all lines', async () => {
    const history = await historyOf({}, { StockCode: '71053', Description: '', Quantity: '2', UnitPrice: '3.39' });
    expect(history.events).toEqual([
      {
        happenedMs: Date.UTC(2010, 11, 1, 8, 26),
        call: {
          type: 'identify',
          messageId: 'retail-536365-identify',
          userId: '17850',
          traits: { country: 'United Kingdom' },
        },
      },
      {
        happenedMs: Date.UTC(2010, 11, 1, 8, 26),
        call: {
          type: 'track',
          event: 'Order Completed',
          messageId: 'retail-536365',
          userId: '17850',
          properties: {
            order_id: '536365',
            currency: 'GBP',
            revenue: 22.08,
            products: [
              { product_id: '85123A', name: 'WHITE HEART', quantity: 6, price: 2.55 },
              { product_id: '71053', quantity: 2, price: 3.39 },
            ],
          },
        },
      },
    ]);
  });

  it.each([
    ['digits alone', '536365', 'Order Completed'],
    ['a leading C', 'C536379', 'Order Refunded'],
  ])('with a number of %s are called by its kind', async (_, InvoiceNo, event) => {
    expect(callsOf(await historyOf({ InvoiceNo })).at(-1)).toMatchObject({ event, messageId: `retail-${InvoiceNo}` });
  });

  it('with any other number are rejected', async () => {
    const history = await historyOf({ InvoiceNo: 'A563185' }, { InvoiceNo: '536 365' });
    expect(history.events).toEqual([]);
    expect(history.rejectedInvoices).toEqual(['A563185', '536 365']);
  });

  it('of an unknown customer belong to the invoice, without an identify', async () => {
    const calls = callsOf(await historyOf({ CustomerID: '' }));
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({ type: 'track', anonymousId: '536365' });
    expect(calls[0]).not.toHaveProperty('userId');
  });

  it('of a refund have positive quantities and a positive revenue', async () => {
    const calls = callsOf(await historyOf({ InvoiceNo: 'C1', Quantity: '-3', UnitPrice: '1.15' }));
    expect(calls.at(-1)).toMatchObject({ properties: { revenue: 3.45, products: [{ quantity: 3, price: 1.15 }] } });
  });

  it('happened at the date of the first line', async () => {
    const history = await historyOf({ InvoiceDate: '2011-01-01 10:00:00' }, { InvoiceDate: '2011-01-01 10:01:00' });
    expect(history.events.map((event) => event.happenedMs)).toEqual(Array(2).fill(Date.UTC(2011, 0, 1, 10)));
  });

  it('add up without the drift of floats', async () => {
    const lines = Array.from({ length: 10 }, (_, n) => ({ StockCode: `${n}`, Quantity: '1', UnitPrice: '0.1' }));
    expect(callsOf(await historyOf(...lines)).at(-1)).toMatchObject({ properties: { revenue: 1 } });
  });
});

describe('lines that say nothing new or nothing true', () => {
  it('count once when all eight columns are equal', async () => {
    const history = await historyOf({}, {}, { Quantity: '7' });
    expect(history).toMatchObject({ linesRead: 3, duplicates: 1 });
    expect(callsOf(history).at(-1)).toMatchObject({ properties: { products: [{ quantity: 6 }, { quantity: 7 }] } });
  });

  it.each([
    ['a price of zero', { UnitPrice: '0.0' }, 'price-not-positive'],
    ['a negative price', { UnitPrice: '-11062.06' }, 'price-not-positive'],
    ['a price of zero in a refund', { InvoiceNo: 'C536365', UnitPrice: '0' }, 'price-not-positive'],
    ['no quantity in an order', { Quantity: '0' }, 'quantity-not-positive'],
    ['a negative quantity in an order', { Quantity: '-10' }, 'quantity-not-positive'],
  ])('are left out and reported for %s', async (_, odd, reason) => {
    const history = await historyOf(odd, { ...odd, Quantity: '1', UnitPrice: '5', StockCode: 'KEPT' });
    expect(history.anomalies).toEqual([{ invoice: { ...LINE, ...odd }.InvoiceNo, stockCode: '85123A', reason }]);
    expect(callsOf(history).at(-1)).toMatchObject({ properties: { products: [{ product_id: 'KEPT' }] } });
  });

  it('make no event when no other line is left', async () => {
    const history = await historyOf({ UnitPrice: '0' });
    expect(history).toMatchObject({ events: [], emptyInvoices: 1 });
  });

  it.each([
    ['Quantity', 'six'],
    ['UnitPrice', '1e3'],
    ['InvoiceDate', 'yesterday'],
  ])('stop the reading when %s is "%s"', async (column, text) => {
    await expect(historyOf({ [column]: text })).rejects.toThrow(`"${text}"`);
  });
});

describe('the order of events', () => {
  it('is the order of time, whatever the order of the file', async () => {
    const history = await historyOf(
      { InvoiceNo: '2', InvoiceDate: '2011-02-01 08:00:00' },
      { InvoiceNo: '1', InvoiceDate: '2011-01-01 08:00:00' },
    );
    expect(callsOf(history).map((call) => call.messageId)).toEqual(['retail-1-identify', 'retail-1', 'retail-2']);
    expect(history.lastOrderMs).toBe(Date.UTC(2011, 1, 1, 8));
  });

  it('has an identify again only when the country changes', async () => {
    const history = await historyOf(
      { InvoiceNo: '1' },
      { InvoiceNo: '2' },
      { InvoiceNo: '3', Country: 'Spain' },
      { InvoiceNo: '4', Country: 'United Kingdom' },
    );
    const identifies = callsOf(history).filter((call) => call.type === 'identify');
    expect(identifies.map((call) => call.messageId)).toEqual([
      'retail-1-identify',
      'retail-3-identify',
      'retail-4-identify',
    ]);
  });
});

describe("the real shop's year", () => {
  let history: RetailHistory;
  beforeAll(async () => {
    history = await retailHistory(readRetailLines(join(import.meta.dirname, 'data/online-retail.csv.gz')));
  }, 60_000);

  it('has every line accounted for', () => {
    expect(history).toMatchObject({
      linesRead: 541_909,
      duplicates: 5_268,
      rejectedInvoices: ['A563185', 'A563186', 'A563187'],
      emptyInvoices: 2_102,
      lastOrderMs: Date.UTC(2011, 11, 9, 12, 50),
    });
    expect(history.anomalies).toHaveLength(2_510);
  });

  it('has 19,959 orders and 3,836 refunds of 4,371 known customers', () => {
    const named = (event: string) => callsOf(history).filter((call) => call.type === 'track' && call.event === event);
    expect(named('Order Completed')).toHaveLength(19_959);
    expect(named('Order Refunded')).toHaveLength(3_836);
    expect(new Set(callsOf(history).flatMap((call) => ('userId' in call ? [call.userId] : []))).size).toBe(4_371);
  });

  it('has a revenue of 10,631,048.74 from its orders', () => {
    const pence = callsOf(history).reduce(
      (sum, call) =>
        sum +
        (call.type === 'track' && call.event === 'Order Completed' ? Math.round(call.properties.revenue * 100) : 0),
      0,
    );
    expect(pence).toBe(1_063_104_874);
  });

  it('names every event once', () => {
    const ids = callsOf(history).map((call) => call.messageId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has 86 orders that do not fit into 32 KB, and none beyond 256 KB', () => {
    const sizes = callsOf(history).map((call) => Buffer.byteLength(JSON.stringify(call)));
    expect(sizes.filter((size) => size > 32 * 1024)).toHaveLength(86);
    expect(Math.max(...sizes)).toBeLessThan(256 * 1024);
  });
});
