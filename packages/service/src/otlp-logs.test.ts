import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { otlpBody, type Shipped, type TrailEntry } from './otlp-logs.ts';

const ENTRY: TrailEntry = {
  ...{ when_ms: 1_000, who: 'ann@example.com', what: 'changed', target: 'segmentation/v1/segments/vip' },
  ...{ method: null, address: '192.0.2.7', reason: null, count: 1, before: null, after: { name: 'VIP' } },
  change_id: 'segmentation/1',
};

const recordsOf = (...records: readonly Shipped[]) =>
  (
    JSON.parse(otlpBody({ 'service.name': 'hilo-x' }, records)) as {
      resourceLogs: [{ resource: object; scopeLogs: { scope: { name: string }; logRecords: object[] }[] }];
    }
  ).resourceLogs[0];

describe('a line of the log', () => {
  it('is a record with its time, severity, message and fields', () => {
    const trace_id = '0af7651916cd43dd8448eb211c80319c';
    const line = JSON.stringify({
      ...{ level: 40, time: '2026-01-31T12:00:00.123Z', pid: 7, hostname: 'a', name: 'identity', msg: 'Slow' },
      ...{
        trace_id,
        topic: 'events.accepted',
        partition: 3,
        ratio: 0.5,
        isLate: true,
        err: { type: 'Error' },
        none: null,
      },
    });
    expect(recordsOf({ line: `${line}\n` })).toEqual({
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'hilo-x' } }] },
      scopeLogs: [
        {
          scope: { name: 'hilo.log' },
          logRecords: [
            {
              timeUnixNano: '1769860800123000000',
              ...{ severityNumber: 13, severityText: 'WARN', body: { stringValue: 'Slow' }, traceId: trace_id },
              attributes: [
                { key: 'topic', value: { stringValue: 'events.accepted' } },
                { key: 'partition', value: { intValue: '3' } },
                { key: 'ratio', value: { stringValue: '0.5' } },
                { key: 'isLate', value: { boolValue: true } },
                { key: 'err', value: { stringValue: '{"type":"Error"}' } },
              ],
            },
          ],
        },
      ],
    });
  });

  it('is a record of its own whatever it consists of', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.json())), (lines) => {
        const { scopeLogs } = recordsOf(...lines.map((line) => ({ line })));
        expect(scopeLogs.flatMap(({ logRecords }) => logRecords)).toHaveLength(lines.length);
      }),
    );
  });
});

it('an entry of the trail is a record that says who did what, with the value before and after', () => {
  expect(recordsOf({ entry: ENTRY }).scopeLogs).toEqual([
    {
      scope: { name: 'hilo.trail' },
      logRecords: [
        {
          ...{ timeUnixNano: '1000000000', severityNumber: 9, severityText: 'INFO' },
          body: { stringValue: 'ann@example.com changed segmentation/v1/segments/vip' },
          attributes: [
            { key: 'hilo.trail.who', value: { stringValue: 'ann@example.com' } },
            { key: 'hilo.trail.what', value: { stringValue: 'changed' } },
            { key: 'hilo.trail.target', value: { stringValue: 'segmentation/v1/segments/vip' } },
            { key: 'hilo.trail.address', value: { stringValue: '192.0.2.7' } },
            { key: 'hilo.trail.count', value: { intValue: '1' } },
            { key: 'hilo.trail.change_id', value: { stringValue: 'segmentation/1' } },
            { key: 'hilo.trail.after', value: { stringValue: '{"name":"VIP"}' } },
          ],
        },
      ],
    },
  ]);
});
