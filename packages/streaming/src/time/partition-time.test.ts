import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { progressOf } from '../testing/progress.ts';
import { PartitionTime, timeOfKey } from './partition-time.ts';
import { ProgressBoard } from './progress-board.ts';
import { ReleasedOrigins } from './released-origins.ts';

const PARTITIONS = 3;
const UPSTREAM = [
  { stage: 'up', topics: ['a', 'b'], spreads: true },
  { stage: 'beside', topics: ['c'], spreads: false },
];

/** A partition of a stage with one stage before it that writes to all, and one that keeps the partition. */
class Reader {
  readonly board = new ProgressBoard();
  readonly released = new ReleasedOrigins(this.board);
  readonly received: Record<string, Record<string, number>> = {};
  readonly time = new PartitionTime({
    partition: 1,
    partitions: PARTITIONS,
    stage: 'own',
    upstream: UPSTREAM,
    board: this.board,
    released: null,
  });
  /** The same without the origins that are released. */
  readonly without = new PartitionTime({
    partition: 1,
    partitions: PARTITIONS,
    stage: 'own',
    upstream: UPSTREAM,
    board: this.board,
    released: this.released,
  });

  take(fields: Parameters<typeof progressOf>[0]): void {
    const record = this.board.take(progressOf({ settled_to: fields.read_to ?? 0, ...fields }));
    if (record === null) return;
    this.time.take(record, this.received);
    this.without.take(record, this.received);
  }

  release(stage: string, partition: number): void {
    const { incarnation = '', read_to = 0 } = this.board.of(stage, partition) ?? {};
    this.released.take({ stage, partition, incarnation, read_to });
  }

  receive(topic: string, origin: string, sequence: number): void {
    (this.received[topic] ??= {})[origin] = sequence;
  }
}

function sent(topic: string, to: number, sequence: number) {
  return { topic, sequences: Array.from({ length: PARTITIONS }, (_, partition) => (partition === to ? sequence : 0)) };
}

describe('the time of a partition', () => {
  it('is known once every partition before it has said something, and is the earliest of them', () => {
    const reader = new Reader();
    reader.take({ stage: 'beside', partition: 1, read_to: 500 });
    for (const [partition, read_to] of [300, 400].entries()) reader.take({ partition, read_to });
    expect(reader.time.readTo(reader.received)).toBe(-Infinity);
    reader.take({ partition: 2, read_to: 200 });
    expect(reader.time.readTo(reader.received)).toBe(200);
  });

  it('does not wait for other partitions of a stage that keeps them', () => {
    const reader = new Reader();
    for (const partition of [0, 1, 2]) reader.take({ partition, read_to: 400 });
    reader.take({ stage: 'beside', partition: 1, read_to: 300 });
    reader.take({ stage: 'beside', partition: 0, read_to: 100 });
    expect(reader.time.readTo(reader.received)).toBe(300);
  });

  it('waits for what was sent before, in each topic', () => {
    const reader = new Reader();
    for (const partition of [1, 2]) reader.take({ partition, read_to: 400 });
    reader.take({ stage: 'beside', partition: 1, read_to: 400 });
    reader.take({ partition: 0, read_to: 300 });
    reader.take({ partition: 0, revision: 2, read_to: 350, sent: [sent('a', 1, 2), sent('b', 1, 1)] });
    expect(reader.time.readTo(reader.received)).toBe(300);
    reader.receive('a', 'up/0/i', 2);
    expect(reader.time.readTo(reader.received)).toBe(300);
    reader.receive('b', 'up/0/i', 1);
    expect(reader.time.readTo(reader.received)).toBe(350);
  });

  it('waits for the notices that others had given before: by them something may have gone elsewhere', () => {
    const reader = new Reader();
    reader.take({ stage: 'beside', partition: 1, read_to: 400 });
    for (const partition of [0, 1, 2]) reader.take({ partition, read_to: 300 });
    for (const partition of [1, 2]) reader.take({ partition, read_to: 390 });
    const notices = [{ topic: 'b', partition: 2, incarnation: 'i', sequences: [0, 4, 0] }];
    reader.take({ partition: 0, revision: 2, read_to: 380, notices });
    expect(reader.time.readTo(reader.received)).toBe(300);
    reader.receive('b', 'up/2/i', 3);
    expect(reader.time.readTo(reader.received)).toBe(300);
    reader.receive('b', 'up/2/i', 4);
    expect(reader.time.readTo(reader.received)).toBe(380);
  });

  it('waits for no notice that goes to other partitions, or by a topic that is not read', () => {
    const reader = new Reader();
    for (const stage of ['up', 'beside'])
      for (const partition of [1, 2]) reader.take({ stage, partition, read_to: 400 });
    const given = { partition: 2, incarnation: 'i' };
    const notices = [
      { ...given, topic: 'b', sequences: [7, 0, 7] },
      { ...given, topic: 'unread', sequences: [7, 7, 7] },
    ];
    reader.take({ partition: 0, read_to: 350, notices });
    expect(reader.time.readTo(reader.received)).toBe(350);
  });

  it('never passes a record that is not taken, whatever comes late, and passes all once they are', () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ do: fc.constant('work' as const), from: fc.nat(2), to: fc.nat(2) }) },
      { weight: 4, arbitrary: fc.record({ do: fc.constant('publish' as const), from: fc.nat(2) }) },
      { weight: 4, arbitrary: fc.record({ do: fc.constant('take' as const), from: fc.nat(2), count: fc.nat(3) }) },
      { weight: 3, arbitrary: fc.record({ do: fc.constant('read' as const), count: fc.nat(3) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const reader = new Reader();
        reader.take({ stage: 'beside', partition: 1, read_to: 1_000_000 });
        let nowMs = 0;
        // What each partition before has sent here (when it was received), how much of it is taken, what it published.
        const flows = [0, 1, 2].map(() => ({ revision: 0, sent: [] as number[], taken: 0 }));
        const published: Parameters<typeof progressOf>[0][] = [];
        let read = 0;
        const check = () => {
          const unread = flows.flatMap((flow) => flow.sent.slice(flow.taken));
          expect(reader.time.readTo(reader.received)).toBeLessThanOrEqual(Math.min(Infinity, ...unread));
        };
        const publish = (from: number) => {
          const flow = flows[from] as (typeof flows)[number];
          published.push({
            ...{ partition: from, revision: flow.revision, read_to: nowMs },
            sent: [sent('a', 1, flow.sent.length)],
          });
        };
        const readOn = (count: number) => {
          for (const record of published.slice(read, read + count)) reader.take(record);
          read = Math.min(published.length, read + count);
        };
        const take = (from: number, count: number) => {
          const flow = flows[from] as (typeof flows)[number];
          flow.taken = Math.min(flow.sent.length, flow.taken + count);
          if (flow.taken > 0) reader.receive('a', `up/${from}/i`, flow.taken);
        };
        for (const one of steps) {
          nowMs += 10;
          if (one.do === 'work') {
            const flow = flows[one.from] as (typeof flows)[number];
            flow.revision += 1;
            if (one.to === 1) flow.sent.push(nowMs);
          } else if (one.do === 'publish') publish(one.from);
          else if (one.do === 'take') take(one.from, one.count);
          else readOn(one.count);
          check();
        }
        nowMs += 10;
        for (const from of [0, 1, 2]) {
          publish(from);
          take(from, Infinity);
        }
        readOn(Infinity);
        expect(reader.time.readTo(reader.received)).toBe(nowMs);
      }),
    );
  });
});

describe('the time of a partition without the origins that are released', () => {
  function stalled(): Reader {
    const reader = new Reader();
    reader.take({ stage: 'beside', partition: 1, read_to: 500 });
    for (const [partition, read_to] of [100, 400, 450].entries()) reader.take({ partition, read_to });
    return reader;
  }

  it('is the earliest of the others, while the one with every origin stands', () => {
    const reader = stalled();
    reader.release('up', 0);
    expect(reader.without.readTo(reader.received)).toBe(400);
    expect(reader.time.readTo(reader.received)).toBe(100);
    for (const partition of [1, 2]) reader.release('up', partition);
    expect(reader.without.readTo(reader.received)).toBe(500);
    reader.release('beside', 1);
    expect(reader.without.readTo(reader.received)).toBe(Infinity);
  });

  it('waits for what a released origin had sent before, for that lies in the log', () => {
    const reader = stalled();
    reader.take({ partition: 0, revision: 2, read_to: 110, sent: [sent('a', 1, 3)] });
    reader.release('up', 0);
    expect(reader.without.readTo(reader.received)).toBe(100);
    reader.receive('a', 'up/0/i', 3);
    expect(reader.without.readTo(reader.received)).toBe(400);
  });

  it('waits for no notice that a released origin gave and never sent', () => {
    const reader = stalled();
    reader.release('up', 0);
    const notices = [{ topic: 'b', partition: 0, incarnation: 'i', sequences: [0, 4, 0] }];
    for (const partition of [1, 2]) reader.take({ partition, revision: 2, read_to: 480, notices });
    expect(reader.without.readTo(reader.received)).toBe(480);
    reader.receive('b', 'up/0/i', 4);
    reader.take({ partition: 0, revision: 2, read_to: 490 });
    expect(reader.time.readTo(reader.received)).toBe(480);
  });

  it('takes what the stages before left out, and what they say of it with every origin for what is proven', () => {
    const reader = stalled();
    const proven = { read_to: 120, settled_to: 110 };
    reader.take({ partition: 0, revision: 2, read_to: 460, proven });
    reader.take({ partition: 1, revision: 2, read_to: 470 });
    expect(reader.without.readTo(reader.received)).toBe(450);
    expect(reader.time.readTo(reader.received)).toBe(120);
  });

  it('has people who were merged out of a released partition wait for it no more', () => {
    const reader = stalled();
    reader.take({ stage: 'own', partition: 2, read_to: 500 });
    reader.take({ stage: 'beside', partition: 2, read_to: 200 });
    reader.release('beside', 2);
    expect(reader.without.settledTo(2, reader.received)).toBe(500);
    expect(reader.time.settledTo(2, reader.received)).toBe(200);
  });
});

describe('the time up to which another partition is settled', () => {
  it('is that of this stage and of those before that keep the partition', () => {
    const reader = new Reader();
    reader.take({ stage: 'own', partition: 2, read_to: 500 });
    expect(reader.time.settledTo(2, reader.received)).toBe(-Infinity);
    reader.take({ stage: 'beside', partition: 2, read_to: 400 });
    expect(reader.time.settledTo(2, reader.received)).toBe(400);
    reader.take({ stage: 'own', partition: 2, revision: 2, read_to: 600, settled_to: 350 });
    expect(reader.time.settledTo(2, reader.received)).toBe(350);
  });

  it('waits for what the stage before made here of a handover', () => {
    const reader = new Reader();
    reader.take({ stage: 'own', partition: 2, read_to: 900 });
    reader.take({ stage: 'beside', partition: 2, read_to: 500, settled_to: 100 });
    // Partition 1 of the stage before took the handover and has reported it here; then partition 2 lets go.
    reader.take({ stage: 'beside', partition: 1, read_to: 500, sent: [sent('c', 1, 7)] });
    reader.take({ stage: 'beside', partition: 2, revision: 2, read_to: 600, settled_to: 600 });
    expect(reader.time.settledTo(2, reader.received)).toBe(100);
    reader.receive('c', 'beside/1/i', 7);
    expect(reader.time.settledTo(2, reader.received)).toBe(600);
  });
});

describe('the time of a key that absorbed others', () => {
  const former = fc.record({ partition: fc.nat(2), until_ms: fc.nat(100), since_ms: fc.nat(50) });

  it('is its own, as far as nothing may follow from where they lived', () => {
    const inputs = fc.tuple(
      fc.nat(100),
      fc.array(former, { maxLength: 4 }),
      fc.array(fc.nat(120), { minLength: 3, maxLength: 3 }),
    );
    fc.assert(
      fc.property(inputs, ([ownMs, came_from, settled]) => {
        const timeMs = timeOfKey(ownMs, came_from, (partition) => settled[partition] as number);
        expect(timeMs).toBeLessThanOrEqual(ownMs);
        for (const { partition, until_ms, since_ms } of came_from) {
          const settledMs = settled[partition] as number;
          if (settledMs < until_ms) expect(timeMs).toBeLessThanOrEqual(Math.max(settledMs, since_ms));
        }
        if (came_from.every(({ partition, until_ms }) => (settled[partition] as number) >= until_ms))
          expect(timeMs).toBe(ownMs);
      }),
    );
  });
});
