import { parseArgs } from 'node:util';

/** The options of the bench. */
export interface BenchOptions {
  /** Rough figures in about three minutes. */
  readonly quick: boolean;
  /**
   * The sustained rate to assume instead of searching for it; with `against`, the rate at which builds are compared.
   */
  readonly rate: number | null;
  /** How many segments run beside the two that are measured. */
  readonly segments: number;
  /** Length of the confirming run, or of each compared one. */
  readonly seconds: number;
  /** Prints the JSON instead of the table. */
  readonly json: boolean;
  /** credentials.json of a running stack; null: the bench starts one. */
  readonly credentials: string | null;
  /** Where JSON and plot go. */
  readonly out: string;
  /** Another checkout, whose build is compared with this one in turns; null: the search. */
  readonly against: string | null;
  /** How often both builds are measured. */
  readonly rounds: number;
  /** Further variables for the stacks that are started. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The text of `npm run bench -- --help`. */
export const USAGE = `npm run bench -- [options]
  --quick              rough figures in about three minutes instead of ten
  --rate N             take N events/s as the sustained rate instead of searching for it
  --segments N         N more segments beside the two that are measured, over fifty names of events (at most 998)
  --seconds N          length of the run at the sustained rate (default 60, with --quick 20)
  --credentials FILE   use a running stack (its .hilo/credentials.json) instead of starting one
  --out DIR            where the JSON and the plot go (default .hilo-bench)
  --json               print the JSON instead of the table
  --env NAME=VALUE     a further variable for the stacks that are started (may be repeated)

npm run bench -- --against DIR [options]: the build in DIR (before) and this one (after), in turns
  --rounds N           how often each is measured (default 5, about three minutes a round)
  --rate N             at this rate (default 1000)
  --seconds N          for this long (default 15)
  --out, --json, --env as above`;

/** Reads the bench's options; null if only the usage was asked for. Throws one line that names the fault. */
export function benchOptions(args: readonly string[]): BenchOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      rate: { type: 'string' },
      segments: { type: 'string' },
      seconds: { type: 'string' },
      credentials: { type: 'string' },
      out: { type: 'string', default: '.hilo-bench' },
      json: { type: 'boolean', default: false },
      against: { type: 'string' },
      rounds: { type: 'string' },
      env: { type: 'string', multiple: true, default: [] },
    },
  });
  if (values.help) return null;
  const { against = null } = values;
  if (against === null && values.rounds !== undefined) throw new Error('--rounds goes with --against');
  if (against !== null && values.credentials !== undefined)
    throw new Error('--against starts stacks of its own: it does not go with --credentials');
  const segments = values.segments === undefined ? 0 : positive('--segments', values.segments);
  if (segments > 998) throw new Error('--segments must be at most 998: Hilo has at most 1,000 segments');
  const seconds = against === null ? (values.quick ? '20' : '60') : '15';
  return {
    quick: values.quick,
    rate: values.rate === undefined ? null : positive('--rate', values.rate),
    segments,
    seconds: positive('--seconds', values.seconds ?? seconds),
    json: values.json,
    credentials: values.credentials ?? null,
    out: values.out,
    against,
    rounds: positive('--rounds', values.rounds ?? '5'),
    environment: Object.fromEntries(values.env.map(variable)),
  };
}

function positive(name: string, text: string): number {
  const number = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (number === 0) throw new Error(`${name} must be a whole number above 0, not "${text}"`);
  return number;
}

function variable(text: string): [string, string] {
  const [, name, value] = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new Error(`--env must be NAME=VALUE, not "${text}"`);
  return [name, value];
}
