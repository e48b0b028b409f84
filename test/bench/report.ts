import { cpus, totalmem } from 'node:os';
import type { Floors } from './floors.ts';
import type { LoadRun } from './load-run.ts';
import { meanSpeed, speedText } from './machine-speed.ts';
import type { Distribution } from './percentiles.ts';
import { type WarmUp, warmUpText } from './warm-up.ts';

/** The machine that was measured. */
export interface Machine {
  readonly cpus: number;
  readonly model: string;
  readonly memoryGib: number;
}

/** Everything that a bench found; the JSON file holds exactly this. */
export interface BenchResult {
  /** ISO time. */
  readonly at: string;
  readonly machine: Machine;
  readonly warmUp: WarmUp;
  /** Zero if no rate was confirmed in time. */
  readonly sustainedRate: number;
  /** The run that confirms the sustained rate; its usage gives CPU and memory. */
  readonly sustained: LoadRun;
  /** Runs at shares of the sustained rate, and at 200 events a second. */
  readonly latency: readonly LoadRun[];
  readonly floors: Floors;
}

/** This machine, as the system names it. */
export function machineOf(): Machine {
  return {
    cpus: cpus().length,
    model: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGib: totalmem() / 2 ** 30,
  };
}

/** The machine, for people. */
export function machineText({ cpus: count, model, memoryGib }: Machine): string {
  return `${count} × ${model}, ${memoryGib.toFixed(0)} GiB`;
}

/** The table for people. */
export function reportText(result: BenchResult): string {
  const { sustained, floors, machine } = result;
  const found =
    result.sustainedRate === 0
      ? `NOT CONFIRMED in time; the last try, ${whole(sustained.rate)} events/s: ${sustained.verdict}`
      : `${whole(result.sustainedRate)} events/s`;
  return [
    machineText(machine),
    warmUpText(result.warmUp),
    '',
    `Sustained through every stage: ${found}, at ${speedText(sustained.speed)}`,
    `Floors in the same run: fastify ${whole(floors.fastify)}/s, kafkajs produce ${whole(floors.kafkajsProduce)}/s, ` +
      `consume ${whole(floors.kafkajsConsume)}/s`,
    '',
    'Event → membership → webhook, from when the event was due to be sent:',
    ...table(
      [
        'events/s',
        'changes',
        'p50 ms',
        'p99 ms',
        'answered p50',
        'answered p99',
        'left by time p50',
        'p99',
        'M additions/s',
        'lag',
      ],
      result.latency.map((run) => [
        whole(run.rate),
        whole(run.arrivals.enteredMs.count),
        ...pair(run.arrivals.enteredMs),
        ...pair(run.load.answerMs),
        ...pair(run.arrivals.leftByTimeMs),
        whole(meanSpeed(run.speed)),
        run.speed.foreignCores.toFixed(2),
        run.verdict,
      ]),
    ),
    '',
    `At ${whole(sustained.rate)} events/s for ${Math.round(sustained.load.sent / sustained.rate)} s:`,
    ...table(
      ['process', 'CPU µs/event', 'cores', 'one core carries', 'MiB at start', 'MiB at end'],
      [
        ...sustained.usage.map((usage) => [
          usage.name,
          usage.cpu_us_per_event.toFixed(0),
          usage.cores.toFixed(2),
          usage.cpu_us_per_event === 0 ? '–' : `${whole(1e6 / usage.cpu_us_per_event)}/s`,
          usage.memory_start_mib.toFixed(0),
          usage.memory_end_mib.toFixed(0),
        ]),
        [
          'all of them',
          total(sustained, 'cpu_us_per_event').toFixed(0),
          total(sustained, 'cores').toFixed(2),
          '',
          total(sustained, 'memory_start_mib').toFixed(0),
          total(sustained, 'memory_end_mib').toFixed(0),
        ],
        ['load generator', ((sustained.load.cpuS * 1e6) / sustained.load.sent).toFixed(0), '', '', '', ''],
      ],
    ),
  ].join('\n');
}

function total(run: LoadRun, field: 'cpu_us_per_event' | 'cores' | 'memory_start_mib' | 'memory_end_mib'): number {
  return run.usage.reduce((sum, usage) => sum + usage[field], 0);
}

function pair({ p50, p99 }: Distribution): [string, string] {
  return [p50 === null ? '–' : p50.toFixed(1), p99 === null ? '–' : p99.toFixed(1)];
}

/** Columns padded to their widest cell; the first one to the left, figures to the right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  return [header, ...rows].map((row) =>
    widths
      .map((width, column) => (column === 0 ? (row[column] ?? '').padEnd(width) : (row[column] ?? '').padStart(width)))
      .join('  ')
      .trimEnd(),
  );
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}
