import { Random } from '@hilo/behaviour/testing';
import { type Condition, seriesIdsOf } from '@hilo/behaviour/version-2';
import type { SegmentPast } from '@hilo/schemas';
import { expect, it } from 'vitest';
import { idInGeneration } from '../domain/definitions.ts';
import { DrivenBackfill } from './driven-backfill.ts';

const RUNS = Number(process.env['HILO_PROPERTY_RUNS'] ?? 40);
const FIRST_SEED = Number(process.env['HILO_FIRST_SEED'] ?? 0);
const PEOPLE = ['p_a', 'p_b', 'p_c', 'p_d', 'p_e', 'p_f'];
const PARTITIONS = [0, 1, 2, 3];
const PHASES = ['declared', 'cut', 'switched'] as const;

/** Running totals, and events with their times and values. Each event has its own power of two, so a sum says which were counted. */
const SUM = { sum: 'n', of: 'A', is: { gte: 12 } } as const satisfies Condition;
const WINDOW = {
  sum: 'n',
  of: 'A',
  where: [{ property: 'n', is: { gte: 0 } }],
  is: { gte: 12 },
  within: '30d',
} as const;
const CONDITION: Condition = { any: [SUM, WINDOW] };
const SERIES = seriesIdsOf(CONDITION);

/** A backfill in the middle of everything: events, merges, records that are late, replayed or repeated, and crashes. */
class Scene {
  readonly stage = new DrivenBackfill(CONDITION, SERIES);
  readonly random: Random;
  /** What each person's events add up to. */
  readonly sums = new Map<string, number>(PEOPLE.map((id) => [id, 0]));
  readonly #home = new Map<string, string>();
  readonly #notices: (() => void)[] = [];
  readonly #replays: (() => void)[] = [];
  #past: SegmentPast[] = [];
  #phase = 0;
  #reached = new Set<number>();
  #events = 0;
  #merges = 0;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  async act(): Promise<void> {
    const { random, stage } = this;
    switch (random.whole(0, 11)) {
      case 0:
      case 1:
      case 2:
        this.#event(random.pick(PEOPLE));
        return;
      case 3:
        this.#failed(random.pick(PEOPLE));
        return;
      case 4:
        this.#merge();
        return;
      case 5:
        this.#notices.shift()?.();
        return;
      case 6:
        this.#replays.shift()?.();
        return;
      case 7:
        await stage.driver.run();
        return;
      case 8:
        stage.driver.crash();
        return;
      case 9:
        this.#bring(random.chance(0.2));
        return;
      default:
        await this.#advance();
    }
  }

  /** Brings everything to an end. */
  async finish(): Promise<void> {
    for (const rest of [this.#notices, this.#replays]) for (const one of rest.splice(0)) one();
    while (this.#phase < PHASES.length) await this.#advance();
    while (this.#past.length > 0) this.#bring(false);
    await this.stage.driver.run();
    // The notices' handovers bring more.
    await this.stage.driver.run();
  }

  /** For each surviving person what the series hold, and what they should. */
  differences(): readonly string[] {
    const { generation } = this.stage;
    return PEOPLE.filter((id) => !this.#home.has(id)).flatMap((id) => {
      const state = this.stage.stateOf(id);
      const expected = this.#expected(id);
      const series = SERIES.map((one) => state?.series.get(idInGeneration(one, generation)));
      const whole = Number((series[0]?.totals?.sum ?? 0n) / 10n ** 18n);
      const inWindow = (series[1]?.details ?? []).reduce(
        (sum, { scalars }) => sum + Number(scalars[0]?.[0]?.slice(1)),
        0,
      );
      const member = state?.memberships.has('asked') ?? false;
      const found = [whole, inWindow, member];
      const wanted = [expected, expected, expected >= 12];
      return JSON.stringify(found) === JSON.stringify(wanted)
        ? []
        : [`${id}: ${found.join(' ')} instead of ${wanted.join(' ')}`];
    });
  }

  #expected(id: string): number {
    const own = [...this.sums].filter(([one]) => this.#homeOf(one) === id);
    return own.reduce((sum, [, value]) => sum + value, 0);
  }

  #homeOf(id: string): string {
    const next = this.#home.get(id);
    return next === undefined ? id : this.#homeOf(next);
  }

  /** Also of people who are absorbed by now: their partition passes it on. */
  #event(id: string): void {
    this.stage.happened(id, { properties: this.#properties(id) });
  }

  #failed(id: string): void {
    this.#replays.push(this.stage.failed(id, { properties: this.#properties(id) }));
  }

  #properties(id: string): string {
    const n = 2 ** this.#events;
    this.#events += 1;
    this.sums.set(id, (this.sums.get(id) ?? 0) + n);
    return JSON.stringify({ n });
  }

  #merge(): void {
    const live = PEOPLE.filter((id) => !this.#home.has(id));
    if (live.length < 2) return;
    const [survivor, absorbed] = this.random.shuffled(live) as [string, string];
    this.#merges += 1;
    const merge_id = `m${this.#merges}`;
    this.#home.set(absorbed, survivor);
    this.stage.happened(survivor, { type: 'merge', event: null, absorbed: [{ merge_id, profile_id: absorbed }] });
    this.#notices.push(() => this.stage.merge(merge_id, absorbed, survivor));
  }

  /** Brings the next phase to one more partition; once all have it, the phase after that may begin. */
  async #advance(): Promise<void> {
    const phase = PHASES[this.#phase];
    if (phase === undefined) return;
    const missing = PARTITIONS.filter((partition) => !this.#reached.has(partition));
    const partition = this.random.pick(missing);
    this.#reached.add(partition);
    this.stage.reach(partition, phase);
    if (missing.length > 1) return;
    await this.stage.driver.run();
    this.#reached = new Set();
    this.#phase += 1;
    if (phase === 'cut') this.#past = this.random.shuffled(this.stage.past());
  }

  #bring(again: boolean): void {
    const [past] = this.#past;
    if (past === undefined) return;
    this.stage.bring(past);
    if (!again) this.#past.shift();
  }
}

it('counts each event once, whatever happens during a backfill', async () => {
  const differences: string[] = [];
  for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed += 1) {
    const scene = new Scene(seed);
    for (let step = 0; step < 70; step += 1) await scene.act();
    await scene.finish();
    differences.push(...scene.differences().map((one) => `seed ${seed}, ${one}`));
  }
  expect(differences).toEqual([]);
}, 120_000);
