import type { BuildRun, Comparison } from './compare-builds.ts';
import { type Compared, type Spread, verdictOn } from './comparison.ts';
import { meanSpeed } from './machine-speed.ts';
import { machineText, table } from './report.ts';

/** The comparison for people. */
export function comparisonText(result: Comparison): string {
  const { machine, builds, rate, seconds, runs, cost, p50, p99, speed, failed } = result;
  return [
    machineText(machine),
    `before: ${builds.before}`,
    `after:  ${builds.after}`,
    '',
    `CPU of the whole stack at ${rate} events/s for ${seconds} s, latency at 200/s:`,
    ...table(
      ['round', 'build', 'CPU µs/event', 'p50 ms', 'p99 ms', 'MiB', 'M additions/s', 'cores of others', 'lag', 'warm'],
      runs.map(rowOf),
    ),
    '',
    ...table(
      ['median (least to most)', 'before', 'after', 'after / before'],
      [
        ...compared('CPU µs/event', cost, 0),
        ...compared('p50 ms', p50, 1),
        ...compared('p99 ms', p99, 1),
        ...compared('M additions/s', speed, 0),
      ],
    ),
    '',
    ...sentences(result),
    ...failed.map((line) => `FAILED: ${line}`),
  ].join('\n');
}

/** One sentence for each figure, and what else a reader must know before trusting them. */
function sentences({ cost, p50, p99, speed, runs }: Comparison): readonly string[] {
  if (cost === null) return ['No round has figures of both builds.'];
  const restless = runs.filter(({ warmUp, verdict }) => !warmUp.steady || verdict !== 'flat').length;
  return [
    verdictOn('CPU an event', cost),
    ...(p50 === null ? [] : [verdictOn('p50', p50)]),
    ...(p99 === null ? [] : [verdictOn('p99', p99)]),
    ...(speed === null ? [] : [verdictOn('Speed of the machine', speed)]),
    ...(restless === 0 ? [] : [`${restless} of ${runs.length} runs were not yet steady or did not have flat lag.`]),
  ];
}

function rowOf(run: BuildRun): readonly string[] {
  return [
    `${run.round}`,
    run.build,
    run.costUs.toFixed(0),
    run.p50Ms?.toFixed(1) ?? '–',
    run.p99Ms?.toFixed(1) ?? '–',
    run.memoryMib.toFixed(0),
    meanSpeed(run.speed).toFixed(0),
    run.speed.foreignCores.toFixed(2),
    run.verdict,
    run.warmUp.steady ? 'yes' : 'not steady',
  ];
}

function compared(name: string, figure: Compared | null, digits: number): readonly (readonly string[])[] {
  if (figure === null) return [];
  const text = ({ median, min, max }: Spread, to: number) =>
    `${median.toFixed(to)} (${min.toFixed(to)} to ${max.toFixed(to)})`;
  return [[name, text(figure.before, digits), text(figure.after, digits), text(figure.ratio, 3)]];
}
