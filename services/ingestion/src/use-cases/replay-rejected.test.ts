import { beforeEach, describe, expect, it } from 'vitest';
import { digestOf } from '../domain/message-window.ts';
import { redactionOf } from '../domain/redact.ts';
import type { KeptRejection } from '../domain/replay-event.ts';
import { LogUnavailableError } from '../ports.ts';
import { MemoryEventLog } from '../testing/memory-log.ts';
import { sourceOf } from '../testing/sources.ts';
import { replayRejected } from './replay-rejected.ts';

const NOON = Date.UTC(2026, 10, 22, 12);
const GOOD = { userId: 'u', event: 'Seen' };

function kept(rejection_id: string, original: unknown, changes: Partial<KeptRejection> = {}): KeptRejection {
  return {
    ...{ rejection_id, source: 'web', message_id: `m-${rejection_id}`, type: 'track', via: 'http', isWhole: true },
    ...{ request_position: 0, sent_at_ms: null },
    ...{
      received_at_ms: NOON - 1000,
      replayed_at_ms: null,
      original: Buffer.from(JSON.stringify(original)),
      ...changes,
    },
  };
}

let rows: Map<string, KeptRejection>;
let log: MemoryEventLog;
let seen: Set<string>;
let nowMs: number;
/** What the stage does once it has read the log. */
let stage: (messages: readonly string[]) => void;

beforeEach(() => {
  rows = new Map();
  log = new MemoryEventLog();
  seen = new Set();
  nowMs = NOON;
  stage = (messages) => {
    for (const message_id of messages) seen.add(digestOf('web', message_id));
  };
});

const taken: ReturnType<MemoryEventLog['take']> = [];
const sent: string[] = [];
const replay = (...ids: string[]) =>
  replayRejected({
    rejections: {
      find: async (wanted) => wanted.flatMap((id) => rows.get(id) ?? []),
      markReplayed: async (marked, at_ms) => {
        for (const id of marked) {
          const row = rows.get(id);
          if (row !== undefined) rows.set(id, { ...row, replayed_at_ms: at_ms });
        }
      },
    },
    seen: { among: async (digests) => new Set(digests.filter((digest) => seen.has(digest))) },
    findSources: async (keys) => [sourceOf('web')].filter(({ key }) => keys.includes(key)),
    log,
    encode: (event) => log.codec.encode('events.received', event),
    nowMs: () => nowMs,
    pause: async (timeMs) => {
      nowMs += timeMs;
      taken.splice(0, Infinity, ...log.take());
      sent.splice(0, Infinity, ...taken.map(({ message_id }) => message_id ?? ''));
      stage(sent);
    },
  })(ids);
const add = (...all: KeptRejection[]) => {
  for (const one of all) rows.set(one.rejection_id, one);
};
const states = (outcomes: Awaited<ReturnType<typeof replay>>) => outcomes.map(({ state }) => state);

describe('replaying rejected events', () => {
  it('says of each what became of it, and sends nothing that would be rejected again', async () => {
    add(kept('1', GOOD), kept('2', { userId: 'u' }), kept('3', GOOD, { isWhole: false }));
    const outcomes = await replay('1', '2', '3', '4');
    expect(states(outcomes)).toEqual(['accepted', 'rejected', 'not_kept', 'not_found']);
    expect(outcomes[1]).toMatchObject({ reason: 'missing_event', field: 'event', message_id: 'm-2', events: 1 });
    expect(sent).toEqual(['m-1']);
    expect([...rows.values()].map(({ replayed_at_ms }) => replayed_at_ms !== null)).toEqual([true, false, false]);
  });

  it('accepts an event once, however often it is replayed', async () => {
    add(kept('1', GOOD));
    expect(states(await replay('1', '1'))).toEqual(['accepted']);
    sent.length = 0;
    expect(states(await replay('1'))).toEqual(['duplicate']);
    // Also where the note was lost, or the same event was sent by somebody else meanwhile.
    add(kept('1', GOOD), kept('2', { ...GOOD, messageId: 'm-1' }));
    expect(states(await replay('1', '2'))).toEqual(['duplicate', 'duplicate']);
    expect(sent).toEqual([]);
    expect(log.records).toEqual([]);
  });

  it('says that it is sent where the stage has not judged it in time', async () => {
    stage = () => undefined;
    add(kept('1', GOOD));
    expect(states(await replay('1'))).toEqual(['sent']);
    expect(rows.get('1')?.replayed_at_ms).toBeNull();
    seen.add(digestOf('web', 'm-1'));
    expect(states(await replay('1'))).toEqual(['duplicate']);
  });

  it('of a whole request accepts the events that pass', async () => {
    const batch = { batch: [{ ...GOOD, type: 'track' }, { type: 'track' }] };
    add(kept('1', batch, { type: 'batch', message_id: null }));
    expect(await replay('1')).toMatchObject([{ state: 'partly', events: 2, reason: 'missing_identifier' }]);
    expect(sent).toEqual(['replay-1-0']);
    expect(states(await replay('1'))).toEqual(['partly']);
    expect(log.records).toEqual([]);
  });

  it('sends what came in, also where it holds the write key; nobody is shown that', async () => {
    const web = sourceOf('web');
    const original = { ...GOOD, writeKey: web.write_key, properties: { note: `key ${web.write_key}` } };
    add(kept('1', original));
    const redaction = redactionOf(new Map([['web', web]]));
    const shown = redaction.original(rows.get('1')?.original ?? Buffer.from(''), 'web', false).toString();
    expect(shown).not.toContain(web.write_key);
    let replayed: { readonly properties: string | null; readonly extra: string | null } | undefined;
    const judged = stage;
    stage = (messages) => {
      replayed = taken[0];
      judged(messages);
    };
    expect(states(await replay('1'))).toEqual(['accepted']);
    expect(JSON.parse(replayed?.properties ?? '')).toEqual(original.properties);
    expect(replayed?.extra).toBeNull();
  });

  it('says when Kafka is unavailable', async () => {
    add(kept('1', GOOD));
    log.mood = 'away';
    await expect(replay('1')).rejects.toThrow(LogUnavailableError);
  });
});
