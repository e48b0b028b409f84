import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newCheckpoint } from '../ports/checkpoint.ts';
import type { RawRecord } from '../ports/log.ts';
import { admit, originOf } from '../ports/sequence.ts';
import { JsonCodec } from '../testing/json-codec.ts';
import { admitRecords, decodeRecords, inTimeOrder } from './intake.ts';

const TOPOLOGY = { stage: 'me', sources: ['plain', 'h'], sinks: [], deadLetter: 'me.dead-letter', replay: 'me.replay' };
const RULES = { open: new Set(['open']), compacted: new Set(['compacted']), internal: new Set<string>() };

function record(offset: number, sequence: number | null, more: Partial<RawRecord> = {}, origin = 'up/0/i'): RawRecord {
  return {
    topic: 'plain',
    partition: 0,
    offset,
    key: null,
    value: Buffer.from('{}'),
    headers: sequence === null ? {} : { 'hilo-origin': Buffer.from(origin), 'hilo-seq': Buffer.from(String(sequence)) },
    timestamp_ms: 0,
    ...more,
  };
}

function admitted(records: readonly RawRecord[], before = newCheckpoint('me')) {
  return admitRecords(records, new Map([[0, before]]), RULES);
}

describe('admit', () => {
  it('takes an origin never seen, then the next only, drops what it had, and holds at a gap', () => {
    expect([undefined, 4, 5, 6, 3].map((last) => admit(last, 5))).toEqual(['take', 'take', 'drop', 'drop', 'gap']);
  });

  it('takes what is beyond a gap of a compacted topic', () => {
    expect([3, 4, 5].map((last) => admit(last, 5, true))).toEqual(['take', 'take', 'drop']);
  });
});

describe('admitRecords', () => {
  it('takes each record once however sends were repeated, and stands after the last', () => {
    const resends = fc.array(fc.record({ from: fc.nat(30), to: fc.nat(30) }), { maxLength: 20 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), resends, fc.array(fc.nat(40)), (count, again, cuts) => {
        // On the wire each repeat sends a range again of what was sent before it.
        const wire: number[] = [];
        let sent = 0;
        for (const { from, to } of [...again, { from: 0, to: count }]) {
          const end = Math.min(count, Math.max(sent, to));
          for (let sequence = Math.min(from, sent) + 1; sequence <= end; sequence += 1) wire.push(sequence);
          sent = Math.max(sent, end);
        }
        const records = wire.map((sequence, offset) => record(offset, sequence));
        let checkpoint = newCheckpoint('me');
        const taken: (string | undefined)[] = [];
        for (let at = 0, turn = 0; at < records.length; turn += 1) {
          const next = at + 1 + (cuts[turn] ?? 40);
          const result = admitRecords(records.slice(at, next), new Map([[0, checkpoint]]), RULES);
          expect(result.gaps.size).toBe(0);
          taken.push(...result.taken.map(({ headers }) => headers['hilo-seq']?.toString()));
          checkpoint = result.checkpoints.get(0) ?? checkpoint;
          at = next;
        }
        expect(taken).toEqual(Array.from({ length: count }, (_, index) => String(index + 1)));
        expect(checkpoint.offsets).toEqual({ plain: records.length });
        expect(checkpoint.received).toEqual({ plain: { 'up/0/i': count } });
      }),
    );
  });

  it('takes nothing after a gap, and leaves the positions before it', () => {
    const before = { ...newCheckpoint('me'), offsets: { plain: 3 }, received: { plain: { 'up/0/i': 7 } } };
    const other = { topic: 'other' };
    const result = admitted([record(3, 8), record(4, 10), record(5, 11), record(0, null, other)], before);
    expect(result.taken.map(({ offset }) => offset)).toEqual([3]);
    expect([...result.gaps]).toEqual([[0, 'plain at offset 4']]);
    expect(result.checkpoints.get(0)).toEqual({
      ...before,
      offsets: { plain: 4 },
      received: { plain: { 'up/0/i': 8 } },
    });
  });

  it('ignores what lies before the checkpoint and partitions that are not owned', () => {
    const before = { ...newCheckpoint('me'), offsets: { plain: 3 } };
    const result = admitted([record(2, null), record(3, null), record(0, null, { partition: 5 })], before);
    expect(result.taken.map(({ offset }) => offset)).toEqual([3]);
    expect(result.checkpoints.get(0)?.offsets).toEqual({ plain: 4 });
  });

  it('keeps sequences apart by topic and origin', () => {
    const result = admitted([record(0, 5), record(1, 1, {}, 'up/1/i'), record(0, 9, { topic: 'other' }), record(2, 6)]);
    expect(result.taken).toHaveLength(4);
    expect(result.checkpoints.get(0)?.received).toEqual({
      plain: { 'up/0/i': 6, 'up/1/i': 1 },
      other: { 'up/0/i': 9 },
    });
  });

  it('takes on where a compacted topic lost records to compaction', () => {
    const topic = { topic: 'compacted' };
    const result = admitted([record(3, 4, topic), record(9, 12, topic), record(10, 12, topic)]);
    expect(result.taken.map(({ offset }) => offset)).toEqual([3, 9]);
    expect(result.gaps.size).toBe(0);
  });

  it('takes everything from a topic that anyone may write to, whatever headers a stranger sets', () => {
    const topic = { topic: 'open' };
    const result = admitted([record(0, 1, topic), record(1, 900, topic), record(2, 1, topic)]);
    expect(result.taken).toHaveLength(3);
    expect(result.checkpoints.get(0)?.received).toEqual({});
  });

  it('takes records whose origin headers are no such headers', () => {
    const odd = [{ 'hilo-origin': null, 'hilo-seq': Buffer.from('4') }, { 'hilo-origin': [Buffer.from('a'), null] }];
    const names = ['__proto__', 'constructor', '', 'a/b/c', 'a/1'];
    const records = [
      ...odd.map((headers, offset) => record(offset, null, { headers })),
      ...names.map((name, index) => record(10 + index, 3, {}, name)),
      ...['-1', '1.5', 'x', '9'.repeat(20)].map((text, index) =>
        record(20 + index, null, { headers: { 'hilo-origin': Buffer.from('up/0/i'), 'hilo-seq': Buffer.from(text) } }),
      ),
    ];
    const result = admitted(records);
    expect(result.taken).toHaveLength(records.length);
    expect(result.checkpoints.get(0)?.received).toEqual({});
  });

  it('reads the origins it writes', () => {
    const result = admitted([record(0, 1, {}, originOf('profile', 3, 'a1b2c3d4'))]);
    expect(result.checkpoints.get(0)?.received).toEqual({ plain: { 'profile/3/a1b2c3d4': 1 } });
  });
});

describe('inTimeOrder', () => {
  it('goes by the time of the broker, and never changes the order within a partition of a topic', () => {
    const some = fc.record({ topic: fc.constantFrom('a', 'b'), partition: fc.nat(1), timestamp_ms: fc.nat(9) });
    fc.assert(
      fc.property(fc.array(some, { maxLength: 30 }), (all) => {
        const records = all.map((one, offset) => record(offset, null, one));
        const ordered = inTimeOrder(records, ['a', 'b']);
        const byLog = (of: readonly RawRecord[]) =>
          Object.groupBy(of, ({ topic, partition }) => `${topic}/${partition}`);
        expect(byLog(ordered)).toEqual(byLog(records));
        // Where the clock of each log goes forward only, so does that of all.
        const forward = records.map((one) => ({
          ...one,
          timestamp_ms: one.offset % 7 === 0 ? one.offset : one.offset - 1,
        }));
        const times = inTimeOrder(forward, ['a', 'b']).map(({ timestamp_ms }) => timestamp_ms);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
      }),
    );
  });
});

describe('inTimeOrder of one millisecond', () => {
  it('goes by the order in which the topics are named', () => {
    const records = [record(0, null, { topic: 'b' }), record(0, null, { topic: 'a' }), record(1, null, { topic: 'b' })];
    expect(inTimeOrder(records, ['a', 'b']).map(({ topic, offset }) => topic + offset)).toEqual(['a0', 'b0', 'b1']);
  });
});

describe('decodeRecords', () => {
  const codec = new JsonCodec();
  const handover = (value: object): RawRecord => record(0, null, { topic: 'h', value: codec.encode('h', value) });
  const inner = codec.encode('plain', { id: 1 });

  it('opens handovers, and the late records in them', async () => {
    const late = { kind: 'forward', to_key: 'b', topic: 'plain', value: inner, timestamp: 7 };
    const [state, forward] = await decodeRecords(
      [handover({ kind: 'state', to_key: 'b' }), handover(late)],
      codec,
      TOPOLOGY,
      'h',
    );
    expect(state?.input).toMatchObject({ kind: 'state', handover: { to_key: 'b' } });
    expect(forward?.input).toMatchObject({
      kind: 'forwarded',
      record: { topic: 'plain', key: 'b', value: { id: 1 }, timestamp_ms: 7, bytes: inner },
    });
  });

  it.each([
    ['no_value', record(0, null, { value: null })],
    ['undecodable', record(0, null, { value: Buffer.from('{') })],
    ['bad_handover', handover({ kind: 'forward', to_key: 'b', topic: null, value: null })],
    ['bad_handover', handover({ kind: 'other', to_key: 'b' })],
    ['undecodable', handover({ kind: 'forward', to_key: 'b', topic: 'plain', value: Buffer.from('{') })],
  ])('calls it poison: %s', async (reason, raw) => {
    const [slot] = await decodeRecords([raw], codec, TOPOLOGY, 'h');
    expect(slot).toMatchObject({ raw, input: { kind: 'poison', reason, partition: 0 } });
  });

  it('leaves handovers closed for a stage that has none', async () => {
    const [slot] = await decodeRecords([handover({ kind: 'state', to_key: 'b' })], codec, TOPOLOGY, null);
    expect(slot?.input.kind).toBe('record');
  });
});
