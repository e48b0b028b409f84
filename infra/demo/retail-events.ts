import { RETAIL_COLUMNS, type RetailLine } from './retail-lines.ts';

/** One product of an order or refund. */
export interface RetailProduct {
  readonly product_id: string;
  /** Absent if the shop noted none. */
  readonly name?: string;
  readonly quantity: number;
  /** Pounds a piece. */
  readonly price: number;
}

/** A person of the shop: a known customer, or the invoice itself if the customer is not known. */
export type RetailPerson = { readonly userId: string } | { readonly anonymousId: string };

/** An order or a refund, as a track call without its time. */
export type RetailOrder = RetailPerson & {
  readonly type: 'track';
  readonly event: 'Order Completed' | 'Order Refunded';
  readonly messageId: string;
  readonly properties: {
    readonly order_id: string;
    readonly currency: 'GBP';
    /** Pounds, two decimals. */
    readonly revenue: number;
    readonly products: readonly RetailProduct[];
  };
};

/** A customer's country, new or changed, as an identify call without its time. */
export interface RetailIdentify {
  readonly type: 'identify';
  readonly messageId: string;
  readonly userId: string;
  readonly traits: { readonly country: string };
}

/** A call to send, with the time at which it happened in the shop. */
export interface RetailEvent {
  readonly happenedMs: number;
  readonly call: RetailOrder | RetailIdentify;
}

/** Why a line of the export is not part of an event. */
export type AnomalyReason = 'price-not-positive' | 'quantity-not-positive';

/** A line that was left out, and why. */
export interface RetailAnomaly {
  readonly invoice: string;
  readonly stockCode: string;
  readonly reason: AnomalyReason;
}

/** The result for every line of the export. */
export interface RetailHistory {
  /** In chronological order; an identify comes before the order that revealed it. */
  readonly events: readonly RetailEvent[];
  readonly linesRead: number;
  /** Lines equal to an earlier one in all columns. */
  readonly duplicates: number;
  readonly anomalies: readonly RetailAnomaly[];
  /** Invoices that are neither an order nor a refund. */
  readonly rejectedInvoices: readonly string[];
  /** Invoices whose every line is an anomaly. */
  readonly emptyInvoices: number;
  readonly lastOrderMs: number;
}

interface Invoice {
  readonly number: string;
  readonly lines: RetailLine[];
}

/** Turns the shop's lines into its events. Throws for a line whose numbers or date cannot be read. */
export async function retailHistory(source: AsyncIterable<RetailLine> | Iterable<RetailLine>): Promise<RetailHistory> {
  const { invoices, linesRead, duplicates } = await collectInvoices(source);
  const anomalies: RetailAnomaly[] = [];
  const rejectedInvoices: string[] = [];
  const orders: { happenedMs: number; call: RetailOrder; country: string }[] = [];
  let emptyInvoices = 0;
  for (const invoice of invoices) {
    const event = eventOf(invoice.number);
    if (event === null) {
      rejectedInvoices.push(invoice.number);
      continue;
    }
    const kept = invoice.lines.filter((line) => {
      const reason = anomalyOf(line, event);
      if (reason !== null) anomalies.push({ invoice: invoice.number, stockCode: line.StockCode, reason });
      return reason === null;
    });
    if (kept.length === 0) {
      emptyInvoices++;
      continue;
    }
    const first = invoice.lines[0] as RetailLine;
    orders.push({ happenedMs: momentOf(first), call: orderOf(invoice.number, event, kept), country: first.Country });
  }
  orders.sort((a, b) => a.happenedMs - b.happenedMs);
  return {
    events: withIdentifies(orders),
    linesRead,
    duplicates,
    anomalies,
    rejectedInvoices,
    emptyInvoices,
    lastOrderMs: orders.at(-1)?.happenedMs ?? 0,
  };
}

async function collectInvoices(source: AsyncIterable<RetailLine> | Iterable<RetailLine>) {
  const invoices = new Map<string, Invoice>();
  const seen = new Set<string>();
  let linesRead = 0;
  let duplicates = 0;
  for await (const line of source) {
    linesRead++;
    const identity = RETAIL_COLUMNS.map((column) => line[column]).join('\u0000');
    if (seen.has(identity)) {
      duplicates++;
      continue;
    }
    seen.add(identity);
    const invoice = invoices.get(line.InvoiceNo);
    if (invoice === undefined) invoices.set(line.InvoiceNo, { number: line.InvoiceNo, lines: [line] });
    else invoice.lines.push(line);
  }
  return { invoices: invoices.values(), linesRead, duplicates };
}

function eventOf(invoice: string): RetailOrder['event'] | null {
  if (/^\d+$/.test(invoice)) return 'Order Completed';
  return invoice.startsWith('C') ? 'Order Refunded' : null;
}

function anomalyOf(line: RetailLine, event: RetailOrder['event']): AnomalyReason | null {
  if (priceMills(line) <= 0) return 'price-not-positive';
  return event === 'Order Completed' && quantityOf(line) <= 0 ? 'quantity-not-positive' : null;
}

function orderOf(invoice: string, event: RetailOrder['event'], lines: readonly RetailLine[]): RetailOrder {
  // Prices have at most three decimals, so whole thousandths add up exactly, while floats would drift.
  const totalMills = lines.reduce((sum, line) => sum + Math.abs(quantityOf(line)) * priceMills(line), 0);
  return {
    type: 'track',
    event,
    messageId: `retail-${invoice}`,
    ...personOf(lines[0] as RetailLine),
    properties: {
      order_id: invoice,
      currency: 'GBP',
      revenue: Math.round(totalMills / 10) / 100,
      products: lines.map((line) => ({
        product_id: line.StockCode,
        ...(line.Description === '' ? {} : { name: line.Description }),
        quantity: Math.abs(quantityOf(line)),
        price: priceMills(line) / 1000,
      })),
    },
  };
}

function personOf(line: RetailLine): RetailPerson {
  if (line.CustomerID === '') return { anonymousId: line.InvoiceNo };
  return { userId: line.CustomerID.replace(/\.0$/, '') };
}

/** Adds an identify before each order with a country not known for that customer so far. */
function withIdentifies(
  orders: readonly { happenedMs: number; call: RetailOrder; country: string }[],
): readonly RetailEvent[] {
  const countryOf = new Map<string, string>();
  return orders.flatMap(({ happenedMs, call, country }): RetailEvent[] => {
    const order = { happenedMs, call };
    if (!('userId' in call) || countryOf.get(call.userId) === country) return [order];
    countryOf.set(call.userId, country);
    const identify: RetailIdentify = {
      type: 'identify',
      messageId: `${call.messageId}-identify`,
      userId: call.userId,
      traits: { country },
    };
    return [{ happenedMs, call: identify }, order];
  });
}

function quantityOf(line: RetailLine): number {
  return readNumber(line, 'Quantity', /^-?\d+$/);
}

function priceMills(line: RetailLine): number {
  return Math.round(readNumber(line, 'UnitPrice', /^-?\d+(\.\d{1,3})?$/) * 1000);
}

function momentOf(line: RetailLine): number {
  const momentMs = Date.parse(`${line.InvoiceDate.replace(' ', 'T')}Z`);
  if (Number.isNaN(momentMs)) throw new Error(`invoice ${line.InvoiceNo}: "${line.InvoiceDate}" is not a date`);
  return momentMs;
}

function readNumber(line: RetailLine, column: 'Quantity' | 'UnitPrice', form: RegExp): number {
  const text = line[column];
  if (!form.test(text)) throw new Error(`invoice ${line.InvoiceNo}: ${column} "${text}" is not a valid number`);
  return Number(text);
}
