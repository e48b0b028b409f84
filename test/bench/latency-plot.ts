import type { LoadRun } from './load-run.ts';

const WIDTH = 640;
const HEIGHT = 360;
const LEFT = 60;
const BOTTOM = 50;
const TOP = 40;
const RIGHT = 30;

type Point = readonly [number, number];

/** A plot of p50 and p99 (logarithmic, milliseconds) over the rate, as SVG. */
export function latencyPlot(runs: readonly LoadRun[]): string {
  const sorted = [...runs].sort((a, b) => a.rate - b.rate);
  const highestRate = Math.max(1, ...sorted.map((run) => run.rate));
  const x = (rate: number): number => LEFT + (rate / highestRate) * (WIDTH - LEFT - RIGHT);
  const decades = [1, 10, 100, 1000, 10_000];
  const y = (ms: number): number => HEIGHT - BOTTOM - (Math.log10(Math.max(1, ms)) / 4) * (HEIGHT - BOTTOM - TOP);
  const line = (which: 'p50' | 'p99'): readonly Point[] =>
    sorted.flatMap(({ rate, arrivals }): Point[] => {
      const ms = arrivals.enteredMs[which];
      return ms === null ? [] : [[x(rate), y(ms)]];
    });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="white"/>`,
    `<text x="${LEFT}" y="22" font-size="14">Event → membership → webhook, milliseconds</text>`,
    ...decades.map(
      (ms) =>
        `<path d="M${LEFT} ${y(ms)}H${WIDTH - RIGHT}" stroke="#ddd"/>` +
        `<text x="${LEFT - 8}" y="${y(ms) + 4}" text-anchor="end">${ms}</text>`,
    ),
    ...sorted.map(({ rate }) => `<text x="${x(rate)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${rate}</text>`),
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 10}" text-anchor="middle">events a second</text>`,
    ...series(line('p50'), '#1b6e3c', 'p50'),
    ...series(line('p99'), '#b3261e', 'p99'),
    '</svg>',
    '',
  ].join('\n');
}

function series(points: readonly Point[], colour: string, name: string): string[] {
  const [endX, endY] = points.at(-1) ?? [LEFT, TOP];
  return [
    `<polyline points="${points.map((point) => point.map((value) => value.toFixed(1)).join()).join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ...points.map(([atX, atY]) => `<circle cx="${atX.toFixed(1)}" cy="${atY.toFixed(1)}" r="3" fill="${colour}"/>`),
    `<text x="${endX.toFixed(1)}" y="${(endY - 8).toFixed(1)}" text-anchor="end" fill="${colour}">${name}</text>`,
  ];
}
