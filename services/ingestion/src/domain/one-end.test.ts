import { DEFAULT_RULES, readIdentifiers } from '@hilo/schemas';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { receivedEvent } from '../testing/events.ts';
import { sourceOf } from '../testing/sources.ts';
import { judgeEvent } from './judge-event.ts';
import { readJson } from './read-json.ts';
import { readRequest } from './read-request.ts';
import { CALL_TYPES } from './tracking-call.ts';

const SOURCE = sourceOf('web', { max_batch_bytes: 1_000_000 });
const AT = { partition: 0, offset: 0, brokerMs: Date.UTC(2026, 10, 30) };

/** What SDKs, spreadsheets and mistakes put where an id should be. */
const anId = fc.constantFrom<unknown>(
  ...[
    'u1',
    'a1',
    '0',
    '-',
    '',
    ' ',
    'null',
    'Guest',
    'TRUE',
    'n/a',
    '[object Object]',
    '{{id}}',
    '00000000-0000-0000-0000-000000000000',
  ],
  ...['ann@shop.example', 'test@test.com', 'x'.repeat(500), 'x'.repeat(501), 'a\0', '\ud83d', 'test\u200b'],
  ...[0, -1, 42, 1e21, 1.5, true, null, undefined, {}, ['a']],
);

const someItem = fc.record({
  type: fc.constantFrom<unknown>(...CALL_TYPES, 'dance', undefined),
  userId: anId,
  anonymousId: anId,
  previousId: anId,
  groupId: anId,
  messageId: anId,
  event: fc.constantFrom('x', undefined),
  traits: fc.option(fc.record({ email: anId })),
  context: fc.option(fc.record({ traits: fc.option(fc.record({ email: anId })) })),
  mergeProperties: fc.option(
    fc.array(fc.record({ type: fc.constantFrom('user_id', 'email', 'anonymous_id', 'shoe_size'), value: anId }), {
      maxLength: 3,
    }),
  ),
  timestamp: fc.constantFrom<unknown>('2026-11-30T00:00:00Z', 'soon', 0, true, '', undefined),
});

describe('every event that is received', () => {
  it('is rejected here with a reason, or is one that identity finds somebody for', () => {
    fc.assert(
      fc.property(fc.array(someItem, { minLength: 1, maxLength: 10 }), (batch) => {
        const text = JSON.stringify({ batch });
        const bytes = Buffer.from(text);
        const events = readRequest(
          {
            call: 'batch',
            bytes,
            json: readJson(bytes),
            source: SOURCE,
            ip: null,
            receivedMs: AT.brokerMs,
            position: 0,
          },
          () => 'made',
        );
        expect(events).toHaveLength(batch.length);
        for (const event of events) {
          const verdict = judgeEvent(event, SOURCE, AT);
          // The ingest endpoint and the stage say the same.
          expect(verdict.kind).toBe(event.faults.length === 0 ? 'accepted' : 'rejected');
          if (verdict.kind === 'accepted')
            expect(readIdentifiers(verdict.event, DEFAULT_RULES)?.length).toBeGreaterThan(0);
          else expect(verdict.event.reason).not.toBe('');
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is so, too, where it was written straight to Kafka', () => {
    const text = anId.map((value) => (typeof value === 'string' ? value : null));
    fc.assert(
      fc.property(
        fc.record({
          type: fc.constantFrom(...CALL_TYPES, 'dance'),
          user_id: text,
          anonymous_id: text,
          previous_id: text,
        }),
        fc.record({ message_id: text, traits: text, context: text, extra: text }),
        (ids, texts) => {
          const verdict = judgeEvent(receivedEvent({ ...ids, ...texts, group_id: 'g' }), SOURCE, AT);
          if (verdict.kind === 'accepted')
            expect(readIdentifiers(verdict.event, DEFAULT_RULES)?.length).toBeGreaterThan(0);
          else expect(verdict.event.reason).not.toBe('');
        },
      ),
      { numRuns: 1000 },
    );
  });
});
