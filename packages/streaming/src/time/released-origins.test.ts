import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { progressOf } from '../testing/progress.ts';
import { ProgressBoard } from './progress-board.ts';
import { ReleasedOrigins, releaseOf } from './released-origins.ts';

/** A reader of what was said and what was released, in the order given. */
class Reader {
  readonly board = new ProgressBoard();
  readonly released = new ReleasedOrigins(this.board);

  says(read_to: number, incarnation = 'i'): void {
    this.board.take(progressOf({ read_to, incarnation }));
    this.released.moved('up', 0);
  }

  releases(read_to: number, incarnation = 'i'): void {
    this.released.take({ stage: 'up', partition: 0, read_to, incarnation });
  }

  get isLeftOut(): boolean {
    return this.released.has('up', 0);
  }
}

describe('an origin that is released', () => {
  it('is left out until it says a later time, and then counts again by itself', () => {
    const reader = new Reader();
    reader.says(100);
    expect(reader.isLeftOut).toBe(false);
    reader.releases(100);
    reader.says(100);
    expect(reader.isLeftOut).toBe(true);
    reader.says(101);
    expect(reader.isLeftOut).toBe(false);
    expect(reader.released.any).toBe(false);
  });

  it('is one alone: others of its stage count as before', () => {
    const reader = new Reader();
    reader.releases(0, '');
    expect(reader.released.has('up', 1)).toBe(false);
    expect(reader.released.has('beside', 0)).toBe(false);
  });

  it('counts again once a repair has made it anew, however early its time is then', () => {
    const reader = new Reader();
    reader.says(100);
    reader.releases(100);
    reader.says(50, 'repaired');
    expect(reader.isLeftOut).toBe(false);
  });

  it('may be one that has never said anything: it counts as soon as it does', () => {
    const reader = new Reader();
    const { read_to, incarnation } = releaseOf('up', 0, undefined);
    reader.releases(read_to, incarnation);
    expect(reader.isLeftOut).toBe(true);
    reader.says(0);
    expect(reader.isLeftOut).toBe(false);
  });

  it('is the same for every reader, in whatever order it reads what was said and released, and however often', () => {
    const time = fc.nat(5);
    const inputs = fc.tuple(fc.array(time, { minLength: 1 }), fc.array(time), fc.nat(), fc.boolean());
    fc.assert(
      fc.property(inputs, ([said, released, seed, twice]) => {
        const last = Math.max(...said);
        const steps = [
          ...said.map((read_to) => (reader: Reader) => reader.says(read_to)),
          ...released.map((read_to) => (reader: Reader) => reader.releases(read_to)),
        ];
        const shuffled = steps.map((step, index) => ({ step, place: ((index + 1) * (seed + 7)) % 31 }));
        const order = shuffled.sort((a, b) => a.place - b.place).map(({ step }) => step);
        const reader = new Reader();
        for (const step of twice ? [...order, ...order] : order) step(reader);
        expect(reader.isLeftOut).toBe(released.some((read_to) => read_to >= last));
      }),
    );
  });
});
