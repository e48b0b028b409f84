import { parseArgs } from 'node:util';

/** What the bench was asked for. */
export interface BenchOptions {
  /** Rough figures in about two minutes. */
  readonly quick: boolean;
  /** Takes this as the sustained rate instead of searching for it. */
  readonly rate: number | null;
  /** Length of the confirming run. */
  readonly seconds: number;
  /** Prints the JSON instead of the table. */
  readonly json: boolean;
  /** credentials.json of a running stack; null: one is started for the bench. */
  readonly credentials: string | null;
  /** Where JSON and plot go. */
  readonly out: string;
}

/** The text of `npm run bench -- --help`. */
export const USAGE = `npm run bench -- [options]
  --quick              rough figures in a few minutes
  --rate N             take N events/s as the sustained rate instead of searching for it
  --seconds N          length of the run at the sustained rate (default 60, with --quick 20)
  --credentials FILE   use a running stack (its .hilo/credentials.json) instead of starting one
  --out DIR            where the JSON and the plot go (default .hilo-bench)
  --json               print the JSON instead of the table`;

/** Reads the bench's options; null where only the usage was asked for. Throws one line that names the fault. */
export function benchOptions(args: readonly string[]): BenchOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      rate: { type: 'string' },
      seconds: { type: 'string' },
      credentials: { type: 'string' },
      out: { type: 'string', default: '.hilo-bench' },
      json: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  return {
    quick: values.quick,
    rate: values.rate === undefined ? null : positive('--rate', values.rate),
    seconds: positive('--seconds', values.seconds ?? (values.quick ? '20' : '60')),
    json: values.json,
    credentials: values.credentials ?? null,
    out: values.out,
  };
}

function positive(name: string, text: string): number {
  const number = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (number === 0) throw new Error(`${name} must be a whole number above 0, not "${text}"`);
  return number;
}
