import fc from 'fast-check';
import { Gauge, Histogram, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { parseMetrics } from './parse-metrics.ts';

describe('parseMetrics', () => {
  it('reads back whatever prom-client writes, odd label values included', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), fc.double({ noNaN: true }), async (topic, value) => {
        const registry = new Registry();
        const gauge = new Gauge({ name: 'lag', help: 'a\nb', labelNames: ['topic', 'stage'], registers: [registry] });
        gauge.set({ topic, stage: 'identity' }, value);
        const read = parseMetrics(await registry.metrics(), ['lag', 'wait']);
        expect(read).toEqual([{ name: 'lag', labels: { topic, stage: 'identity' }, value: Number(String(value)) }]);
      }),
    );
  });

  it('reads the buckets of a histogram, the infinite one too', async () => {
    const registry = new Registry();
    new Histogram({ name: 'wait', help: 'x', buckets: [1], registers: [registry] }).observe(2);
    const read = parseMetrics(await registry.metrics(), ['lag', 'wait']);
    expect(read).toContainEqual({ name: 'wait_bucket', labels: { le: '+Inf' }, value: 1 });
    expect(read).toContainEqual({ name: 'wait_sum', labels: {}, value: 2 });
  });

  it.each([
    ['a timestamp behind the value', 'up 1 1395066363000', [{ name: 'up', labels: {}, value: 1 }]],
    ['no value', 'up', []],
    ['a label without quotes', 'up{a=b} 1', []],
    ['a value that is no number', 'up one', []],
    ['a comment', '# HELP up whether it is', []],
    ['nothing', '', []],
    ['another name', 'down 1', []],
  ])('takes a line with %s for what it is', (_, line, samples) => {
    expect(parseMetrics(line, ['up'])).toEqual(samples);
  });
});
