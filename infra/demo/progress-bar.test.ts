import { describe, expect, it } from 'vitest';
import { ProgressBar } from './progress-bar.ts';

function barOn(isTTY: boolean, total: number, from = 0) {
  const written: string[] = [];
  const clock = { ms: 0 };
  const bar = new ProgressBar({ isTTY, write: (text) => written.push(text) }, 'Sending', total, from, () => clock.ms);
  return { bar, written, clock };
}

describe('a progress bar', () => {
  it('writes a line every ten per cent where nothing can be redrawn', () => {
    const { bar, written, clock } = barOn(false, 1000);
    for (let done = 1; done <= 1000; done++) {
      clock.ms = done;
      bar.show(done);
    }
    expect(written).toHaveLength(10);
    expect(written[0]).toBe('Sending 10 % · 100 of 1,000 · 1,000/s\n');
    expect(written.at(-1)).toBe('Sending 100 % · 1,000 of 1,000 · 1,000/s\n');
  });

  it('redraws its line on a terminal, and ends it once', () => {
    const { bar, written, clock } = barOn(true, 100);
    for (const done of [1, 50, 100, 100]) {
      clock.ms += 500;
      bar.show(done);
    }
    expect(written).toHaveLength(3);
    expect(written[1]).toContain('████████████████░░░░░░░░░░░░░░░░ 50 %');
    expect(written.filter((text) => text.endsWith('\n'))).toEqual([written.at(-1)]);
  });

  it('counts what an earlier run did as done, but not into the rate', () => {
    const { bar, written, clock } = barOn(false, 100, 50);
    clock.ms = 1000;
    bar.show(60);
    expect(written).toEqual(['Sending 60 % · 60 of 100 · 10/s\n']);
  });
});
