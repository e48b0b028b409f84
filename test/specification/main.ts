/**
 * Program behind `npm run specification`: simulates the protocol of docs/specification for a million steps, or as many
 * thousands as its first argument says, and prints Quint's report on every 10,000. The second argument is the round to
 * begin with: each round has a seed of its own.
 */
import { EVENTS_SEEN, SPECIFICATION, simulate } from './simulate.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);
const STEPS_PER_RUN = 100;
const RUNS = 100;

const thousands = Number(process.argv[2] ?? 1_000);
const rounds = Math.ceil((thousands * 1_000) / (RUNS * STEPS_PER_RUN));
const first = Number(process.argv[3] ?? 1);
const totals = new Map(EVENTS_SEEN.map((event) => [event, 0]));
for (let round = first; round < first + rounds; round += 1) {
  const effort = { runs: RUNS, stepsPerRun: STEPS_PER_RUN, seed: `0x${(0x1000 * round).toString(16)}` };
  const { broken, seen, report } = await simulate(SPECIFICATION, effort);
  say(
    `round ${round}, ${RUNS * STEPS_PER_RUN} steps, seed ${effort.seed}: ${broken.length === 0 ? 'no violation' : broken.join(', ')}`,
  );
  if (broken.length > 0) {
    say(report);
    process.exitCode = 1;
    break;
  }
  for (const [event, count] of seen) totals.set(event, (totals.get(event) ?? 0) + count);
}
for (const [event, count] of totals) say(`${event}: in ${count} of ${rounds * RUNS} runs`);
