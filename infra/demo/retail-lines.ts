import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';

/** One line of the shop's export, all eight columns as text. */
export interface RetailLine {
  readonly InvoiceNo: string;
  readonly StockCode: string;
  readonly Description: string;
  readonly Quantity: string;
  /** `YYYY-MM-DD HH:mm:ss`, read as UTC. */
  readonly InvoiceDate: string;
  /** Pounds with up to three decimals. */
  readonly UnitPrice: string;
  /** Such as `17850.0`; empty if the customer is not known. */
  readonly CustomerID: string;
  readonly Country: string;
}

/** The columns that identify a line: two lines equal in all of them are one line. */
export const RETAIL_COLUMNS = [
  'InvoiceNo',
  'StockCode',
  'Description',
  'Quantity',
  'InvoiceDate',
  'UnitPrice',
  'CustomerID',
  'Country',
] as const satisfies readonly (keyof RetailLine)[];

/** Reads the gzipped export line by line. Throws if the file is missing, damaged or has other columns. */
export async function* readRetailLines(file: string): AsyncGenerator<RetailLine> {
  // Rows as arrays: the parser's own objects cost twice as much, half a million times.
  const parser = parse();
  const source = createReadStream(file);
  const unzipped = source.pipe(createGunzip());
  source.on('error', (error) => parser.destroy(error));
  unzipped.on('error', (error) => parser.destroy(error));
  unzipped.pipe(parser);
  let headerRead = false;
  for await (const row of parser) {
    if (headerRead) yield lineOf(row as RetailRow);
    else requireRetailColumns(row as readonly string[]);
    headerRead = true;
  }
}

type RetailRow = readonly [string, string, string, string, string, string, string, string];

function lineOf(row: RetailRow): RetailLine {
  const [InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country] = row;
  return { InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country };
}

function requireRetailColumns(header: readonly string[]): void {
  if (header.join() === RETAIL_COLUMNS.join()) return;
  throw new Error(`the retail export has the columns ${header.join()}; expected ${RETAIL_COLUMNS.join()}`);
}
