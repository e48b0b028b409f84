import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTracing } from './tracing.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const STEP = { name: 'step', kind: 'consumer', startMs: 1_700_000_000_000, attributes: {} } as const;

let lines: Record<string, unknown>[];
const logger = pino({}, { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) });

beforeEach(() => {
  lines = [];
});

describe('a traced step', () => {
  let collector: Server;
  let received: Buffer[];

  beforeEach(async () => {
    received = [];
    collector = createServer((request, reply) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        received.push(Buffer.concat(chunks));
        reply.end();
      });
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
    process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  });

  afterEach(() => {
    delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
    collector.closeAllConnections();
    collector.close();
  });

  it('goes to the collector under the trace of its parent, and to the log', async () => {
    const tracing = await openTracing({ service: 'toy', instance: '0', logger });
    const parent = `00-${TRACE}-b7ad6b7169203331-01`;
    const span = tracing.tracer?.begin({ ...STEP, parent, attributes: { 'hilo.message_id': 'm-1' } });
    expect(span?.traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
    expect(span?.traceparent).not.toBe(parent);
    span?.end();
    await tracing.stop();
    const sent = Buffer.concat(received);
    expect(sent.includes(Buffer.from(TRACE, 'hex'))).toBe(true);
    expect(sent.includes('hilo-toy')).toBe(true);
    expect(sent.includes('m-1')).toBe(true);
    expect(lines).toEqual([expect.objectContaining({ trace_id: TRACE, 'hilo.message_id': 'm-1', msg: 'step' })]);
  });

  it('begins a trace where nothing led to it', async () => {
    const tracing = await openTracing({ service: 'toy', instance: '0', logger });
    const span = tracing.tracer?.begin({ ...STEP, parent: undefined });
    expect(span?.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    await tracing.stop();
  });

  it('is not even begun where no variable asks for it', async () => {
    const tracing = await openTracing({ service: 'toy', instance: '0', logger, environment: {} });
    expect(tracing.tracer).toBeNull();
  });

  it.each(['', 'nonsense', `00-${TRACE}-b7ad6b7169203331-00`, `01-${TRACE}-b7ad6b7169203331-01`])(
    'is left out under %j',
    async (parent) => {
      const tracing = await openTracing({ service: 'toy', instance: '0', logger });
      expect(tracing.tracer?.begin({ ...STEP, parent })).toBeNull();
      await tracing.stop();
    },
  );
});
