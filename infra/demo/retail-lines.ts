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
  /** Such as `17850.0`; empty where the customer is not known. */
  readonly CustomerID: string;
  readonly Country: string;
}

/** The columns that make a line what it is: two lines equal in all of them are one line. */
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

/** Reads the gzipped export line by line. Throws when the file is missing, damaged or has other columns. */
export async function* readRetailLines(file: string): AsyncGenerator<RetailLine> {
  const parser = parse({ columns: requireRetailColumns });
  const source = createReadStream(file);
  const unzipped = source.pipe(createGunzip());
  source.on('error', (error) => parser.destroy(error));
  unzipped.on('error', (error) => parser.destroy(error));
  unzipped.pipe(parser);
  for await (const line of parser) yield line as RetailLine;
}

function requireRetailColumns(header: string[]): string[] {
  if (header.join() === RETAIL_COLUMNS.join()) return header;
  throw new Error(`the retail export has the columns ${header.join()}; expected ${RETAIL_COLUMNS.join()}`);
}
