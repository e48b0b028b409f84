/** Sends a real shop's year through the public HTTP API, and waits until it has become profiles and memberships. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Credentials } from '../stack/credentials.ts';
import { awaitPipeline, type PipelineState, type ShopTotals } from './await-pipeline.ts';
import { DEMO_SEGMENTS } from './demo-segments.ts';
import { type LoadNote, readLoadNote, writeLoadNote } from './load-note.ts';
import { packBatches } from './pack-batches.ts';
import { prepareDemo } from './prepare-demo.ts';
import { ProgressBar } from './progress-bar.ts';
import { type RetailHistory, retailHistory } from './retail-events.ts';
import { readRetailLines } from './retail-lines.ts';
import { sendBatches } from './send-batches.ts';
import { shiftToNow, timedCall } from './shift-clock.ts';
import { postBatch } from './ingest-endpoint.ts';

const USAGE = `load-demo --credentials FILE [options]
  --credentials FILE     credentials.json of a running stack
  --as-recorded          keep the true dates (2010 and 2011) instead of shifting them to now
  --ingestion-url URL    send to another ingest endpoint than the one in the credentials`;

/** Below ingestion's default of 500 KB a batch, with room for its largest event. */
const BATCH_LIMITS = { events: 100, bytes: 480_000 };
const BATCHES_AT_ONCE = 4;
const NOTE_EVERY_MS = 1000;

interface Options {
  readonly credentials: Credentials;
  readonly ingestionUrl: string;
  readonly dates: LoadNote['dates'];
  readonly noteFile: string;
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const count = (value: number): string => value.toLocaleString('en');

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      credentials: { type: 'string' },
      'as-recorded': { type: 'boolean', default: false },
      'ingestion-url': { type: 'string' },
    },
  });
  if (values.credentials === undefined) throw new Error(USAGE);
  const credentials = JSON.parse(readFileSync(values.credentials, 'utf8')) as Credentials;
  return {
    credentials,
    ingestionUrl: values['ingestion-url'] ?? credentials.ingestionUrl,
    dates: values['as-recorded'] ? 'recorded' : 'shifted',
    noteFile: join(dirname(values.credentials), 'run', 'demo-load.json'),
  };
}

/** The note of an interrupted run, else a new one. Throws if an earlier run used other dates. */
function beginOrGoOn({ noteFile, dates }: Options, history: RetailHistory): LoadNote {
  const earlier = readLoadNote(noteFile);
  if (earlier === null)
    return { dates, shift_ms: dates === 'recorded' ? 0 : shiftToNow(history, Date.now()), taken: 0 };
  if (earlier.dates === dates) return earlier;
  throw new Error(
    `this stack holds the demo with its dates ${earlier.dates}; delete it (npm start -- --fresh) to load it again`,
  );
}

async function send({ credentials, ingestionUrl, noteFile }: Options, history: RetailHistory, note: LoadNote) {
  const total = history.events.length;
  const bar = new ProgressBar(process.stdout, 'Sending', total, note.taken, () => performance.now());
  const calls = history.events.slice(note.taken).map((event) => timedCall(event, note.shift_ms));
  let notedMs = 0;
  await sendBatches(
    packBatches(calls, BATCH_LIMITS),
    BATCHES_AT_ONCE,
    (body) => postBatch({ url: ingestionUrl, write_key: credentials.writeKey }, body),
    (takenNow) => {
      const taken = note.taken + takenNow;
      bar.show(taken);
      if (taken < total && performance.now() - notedMs < NOTE_EVERY_MS) return;
      notedMs = performance.now();
      writeLoadNote(noteFile, { ...note, taken });
    },
  );
}

function report(history: RetailHistory, sent: number, seconds: number): void {
  say(
    [
      `  ${count(history.linesRead)} lines read, ${count(history.duplicates)} of them duplicates`,
      `  ${count(history.anomalies.length)} anomalies left out, ${count(history.emptyInvoices)} invoices with no line left`,
      `  ${history.rejectedInvoices.length} invoices rejected (${history.rejectedInvoices.join(', ')})`,
      `  ${count(sent)} events sent in ${seconds.toFixed(1)} s`,
    ].join('\n'),
  );
}

function reportArrival(totals: ShopTotals, pipeline: PipelineState): void {
  const { orders, refunds, customers, revenue } = totals;
  const segments = DEMO_SEGMENTS.map(({ key, name }) => {
    const members = pipeline.segments?.find(({ segment }) => segment === key)?.members ?? 0;
    return `  ${count(members).padStart(7)}  ${name}`;
  });
  say(
    [
      `  ClickHouse holds ${count(orders)} orders, ${count(refunds)} refunds, ${count(customers)} known customers and`,
      `  £${Number(revenue).toLocaleString('en', { minimumFractionDigits: 2 })} of revenue.`,
      `  The console's webhook was called ${count(pipeline.webhook.received)} times.`,
      'Segments now:',
      ...segments,
    ].join('\n'),
  );
}

/** What failed, and why: fetch keeps the reason in the cause. */
function causes(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [String(error)];
  return [error.message, ...(error.cause === undefined ? [] : causes(error.cause))];
}

async function main(): Promise<void> {
  const options = readOptions();
  const history = await retailHistory(readRetailLines(fileURLToPath(import.meta.resolve('#online-retail'))));
  const note = beginOrGoOn(options, history);
  const total = history.events.length;
  await prepareDemo(options.credentials);
  if (note.taken === 0) writeLoadNote(options.noteFile, note);
  const startedMs = performance.now();
  if (note.taken < total) await send(options, history, note);
  report(history, total - note.taken, (performance.now() - startedMs) / 1000);
  const bar = new ProgressBar(process.stdout, 'Arriving', total, 0, () => performance.now());
  const { totals, pipeline } = await awaitPipeline(options.credentials, total, (arrived) => bar.show(arrived));
  reportArrival(totals, pipeline);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${causes(error).join(': ')}\n`);
  process.exitCode = 1;
}
