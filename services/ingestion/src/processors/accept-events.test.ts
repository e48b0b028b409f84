import type { EventAccepted, EventReceived, EventRejected } from '@hilo/schemas';
import { outlineOf, StageDriver } from '@hilo/streaming/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { receivedEvent } from '../testing/events.ts';
import { MemoryIngestionTables } from '../testing/memory-tables.ts';
import { sourceOf } from '../testing/sources.ts';
import { ingestionStage } from '../stage.ts';

const NOON = Date.UTC(2026, 10, 22, 12);
const DAY = 86_400_000;

function driver(startMs = NOON) {
  const known = new Map(
    [sourceOf('web'), sourceOf('off', { enabled: false }), sourceOf('strict', { unreadable_times: 'reject' })].map(
      (source) => [source.key, source],
    ),
  );
  const late = sourceOf('late');
  const tables = new MemoryIngestionTables();
  const sources = {
    known: () => known,
    find: async (keys: readonly string[]) => (keys.includes('late') ? [late] : []),
  };
  const stage = new StageDriver({
    ...ingestionStage({ sources, metrics: { ended: () => undefined } }),
    startMs,
    tables,
  });
  return {
    stage,
    tables,
    pipe: (event: Partial<EventReceived>, key = 'u', partition?: number) =>
      stage.pipe('events.received', key, receivedEvent(event), partition),
    accepted: () => delivered<EventAccepted>(stage, 'events.accepted'),
    rejected: () => delivered<EventRejected>(stage, 'events.rejected'),
  };
}

/** What a consumer takes of a topic: a record that is sent again after a kill carries the same sequence. */
function delivered<T>(stage: Pick<StageDriver<never, never, never, never>, 'outputs' | 'headers'>, topic: string): T[] {
  const headers = stage.headers(topic);
  const records = stage.outputs(topic).map(({ partition, value }, index) => {
    return [`${partition} ${JSON.stringify(headers[index])}`, value as T] as const;
  });
  return [...new Map(records).values()];
}

describe('the ingestion stage', () => {
  it('accepts a good event with its time corrected, under the key of its client', async () => {
    const { stage, pipe, accepted } = driver();
    pipe({
      message_id: 'm',
      user_id: 'u',
      anonymous_id: 'a',
      original_timestamp: NOON - 9000,
      sent_at: NOON - 4000,
      properties: '{"n":1}',
    });
    await stage.run();
    expect(accepted()).toEqual([
      expect.objectContaining({
        ...{ source: 'web', message_id: 'm', properties: '{"n":1}', via: 'kafka' },
        ...{ timestamp: NOON - 5000, original_timestamp: NOON - 9000, sent_at: NOON - 4000, received_at: NOON },
        timestamp_clamped: false,
      }),
    ]);
    expect(stage.outputs('events.accepted')[0]?.key).toBe('a');
  });

  it('commits what it accepts, and only then sends it', async () => {
    const { stage, pipe } = driver();
    pipe({ message_id: 'm' });
    pipe({ source: 'nowhere' });
    await stage.run();
    expect(stage.journal.map((entry) => entry.kind)).toEqual(['commit', 'send']);
    expect(outlineOf(stage.journal)[0]).toMatchObject({
      writes: ['ingestion-remember-seen', 'ingestion-list-rejected'],
    });
  });

  it('drops a repeated messageId of the same source as a duplicate, in one batch and across batches', async () => {
    const { stage, pipe, accepted, rejected } = driver();
    pipe({ message_id: 'm' });
    pipe({ message_id: 'm' });
    await stage.run();
    pipe({ message_id: 'm' }, 'another key', 1);
    pipe({ message_id: 'm', source: 'late' });
    await stage.run();
    expect(accepted().map(({ source }) => source)).toEqual(['web', 'late']);
    expect(rejected().map(({ state, reason, original }) => [state, reason, original])).toEqual([
      ['duplicate', 'duplicate', null],
      ['duplicate', 'duplicate', null],
    ]);
  });

  it('counts the end of each event once, also where a batch is judged again', async () => {
    const counts: string[] = [];
    const tables = new MemoryIngestionTables();
    const write = tables.write.bind(tables);
    let refused = false;
    tables.write = (statements) => {
      if (refused) return write(statements);
      refused = true;
      return false;
    };
    const stage = new StageDriver({
      ...ingestionStage({
        sources: { known: () => new Map([['web', sourceOf('web')]]), find: async () => [] },
        metrics: { ended: (...end) => counts.push(end.join(' ')) },
      }),
      startMs: NOON,
      tables,
    });
    for (const change of [
      { message_id: 'm' },
      { message_id: 'm' },
      { message_id: 'n' },
      { event: null },
      { event: null },
    ])
      stage.pipe('events.received', 'u', receivedEvent(change));
    await stage.run();
    expect(refused).toBe(true);
    expect(counts).toEqual(['accepted none 2', 'duplicate duplicate 1', 'rejected missing_event 2']);
  });

  it('looks again where another instance accepted the same message meanwhile', async () => {
    const one = driver();
    const known = new Map([['web', sourceOf('web')]]);
    const raced = new MemoryIngestionTables();
    const write = raced.write.bind(raced);
    let first = true;
    raced.write = (statements) => {
      // The other instance commits between this one's look and its commit.
      if (first) write(statements.filter(({ name }) => name === 'ingestion-remember-seen'));
      first = false;
      return write(statements);
    };
    const stage = new StageDriver({
      ...ingestionStage({
        sources: { known: () => known, find: async () => [] },
        metrics: { ended: () => undefined },
      }),
      startMs: NOON,
      tables: raced,
    });
    stage.pipe('events.received', 'u', receivedEvent({ message_id: 'm' }));
    await stage.run();
    expect(stage.outputs('events.accepted')).toEqual([]);
    expect(stage.outputs('events.rejected').map(({ value }) => (value as EventRejected).state)).toEqual(['duplicate']);
    expect(one.rejected()).toEqual([]);
  });

  it('remembers a message around midnight under both days, so that no second one slips in between', async () => {
    const { stage, pipe, accepted, tables } = driver(NOON + DAY / 2 - 1000);
    pipe({ message_id: 'm' });
    await stage.run();
    expect([...tables.seen].map((row) => row.slice(0, 10)).sort()).toEqual(['2026-11-22', '2026-11-23']);
    await stage.advance(2000);
    pipe({ message_id: 'm' });
    await stage.run();
    expect(accepted()).toHaveLength(1);
  });

  it('names an event without messageId after its place in the log', async () => {
    const { stage, pipe, accepted } = driver();
    pipe({}, 'u', 1);
    pipe({ message_id: '' }, 'u', 1);
    await stage.run();
    expect(accepted().map(({ message_id }) => message_id)).toEqual([
      'kafka-id of events.received-1-0',
      'kafka-id of events.received-1-1',
    ]);
  });

  it.each([
    [{ source: 'nowhere' }, 'unknown_source'],
    [{ source: 'off' }, 'source_disabled'],
    [{ source: 'a\0b' }, 'unknown_source'],
    [{ user_id: null }, 'missing_identifier'],
    [{ event: null }, 'missing_event'],
    [{ type: 'dance' }, 'unknown_type'],
    [{ properties: '[1]' }, 'invalid_type'],
    [{ properties: '{' }, 'invalid_type'],
    [{ context: `${'{"a":'.repeat(200)}1${'}'.repeat(200)}` }, 'too_deep'],
    [{ message_id: 'x'.repeat(101) }, 'message_id_too_long'],
    [{ user_id: 'x'.repeat(501) }, 'too_long'],
    [{ event: 'a\0b' }, 'invalid_characters'],
    [{ source: 'strict', original_timestamp: -(2 ** 51) }, 'invalid_timestamp'],
    [{ user_id: '0' }, 'no_identifier'],
    [{ user_id: null, anonymous_id: ' Guest ' }, 'no_identifier'],
    [{ properties: JSON.stringify({ text: 'x'.repeat(40_000) }) }, 'event_too_large'],
    [{ faults: [{ code: 'invalid_json', field: '', message: 'x' }], original: Buffer.from('{') }, 'invalid_json'],
  ])('rejects %j, written straight to Kafka: %s', async (changes, reason) => {
    const { stage, pipe, accepted, rejected, tables } = driver();
    pipe({ message_id: 'm', ...changes });
    await stage.run();
    expect(accepted()).toEqual([]);
    expect(rejected()).toEqual([
      expect.objectContaining({ state: 'rejected', reason, original: expect.any(Buffer) as Buffer }),
    ]);
    expect(tables.rejections).toHaveLength(1);
  });

  it('lets a mended event in with the messageId that it was rejected with', async () => {
    const { stage, pipe, accepted } = driver();
    pipe({ message_id: 'm', event: null });
    pipe({ message_id: 'm', event: 'Mended' });
    await stage.run();
    expect(accepted().map(({ event }) => event)).toEqual(['Mended']);
  });

  it("believes the ingest endpoint's time of receipt only where it can be true", async () => {
    const { stage, pipe, accepted } = driver();
    for (const received_at of [NOON - 1000, NOON + 1000, NOON + 1001, 0, -5]) pipe({ received_at });
    await stage.run();
    expect(accepted().map(({ received_at }) => received_at)).toEqual([NOON - 1000, NOON + 1000, NOON, NOON, NOON]);
  });

  it('sets bytes aside that are no record, and goes on', async () => {
    const { stage, pipe, accepted } = driver();
    stage.pipeBytes('events.received', 'u', Buffer.from('{"json":true}'));
    pipe({});
    await stage.run();
    expect(accepted()).toHaveLength(1);
    expect(stage.outputs('ingestion.dead-letter')).toHaveLength(1);
  });

  it('ends every event in exactly one state, also when it is killed at any moment and messages repeat', async () => {
    const event = fc.record({
      message_id: fc.option(fc.constantFrom('a', 'b', 'c', 'd', 'e')),
      source: fc.constantFrom('web', 'late', 'nowhere', 'off'),
      event: fc.constantFrom('Seen', null),
      partition: fc.constantFrom(0, 1),
    });
    const step = fc.oneof(
      fc.record({ kind: fc.constant('pipe' as const), event }),
      fc.constant({ kind: 'run' as const }),
      fc.constant({ kind: 'crash' as const }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { stage, pipe, accepted, rejected } = driver();
        let sent = 0;
        const good = new Set<string>();
        for (const one of steps)
          if (one.kind === 'run') await stage.run();
          else if (one.kind === 'crash') stage.crash();
          else {
            const { partition, ...changes } = one.event;
            pipe(changes, 'u', partition);
            sent += 1;
            if (changes.event !== null && ['web', 'late'].includes(changes.source) && changes.message_id !== null)
              good.add(`${changes.source} ${changes.message_id}`);
          }
        await stage.advance(60_000);
        const named = accepted().filter(({ message_id }) => !message_id.startsWith('kafka-'));
        expect(named.map(({ source, message_id }) => `${source} ${message_id}`).sort()).toEqual([...good].sort());
        expect(accepted().length + rejected().length).toBe(sent);
        expect(new Set(rejected().map(({ rejection_id }) => rejection_id)).size).toBe(rejected().length);
      }),
      { numRuns: 60 },
    );
  });
});
