import { beforeEach, describe, expect, it } from 'vitest';
import { ReadPositions, type TopicPosition } from './read-positions.ts';

describe('ReadPositions', () => {
  let positions: ReadPositions;

  beforeEach(() => {
    positions = new ReadPositions();
    open(0, { a: { next: 5, end: 9 }, b: { next: 0, end: 0 } });
  });

  function open(partition: number, topics: Record<string, { next: number; end: number }>): void {
    positions.open(partition, new Map(Object.entries(topics)));
  }

  function position(topic: string, partition = 0): TopicPosition {
    return positions.of(partition)?.get(topic) as TopicPosition;
  }

  /** A broker answered a fetch of a topic's partition that began at `startedMs`. */
  function answered(topic: string, startedMs: number, highWatermark: number, nodeId = 1, partition = 0): void {
    positions.answered(position(topic, partition), { nodeId, highWatermark, startedMs });
  }

  /** What is in doubt is looked up, and found to end there. */
  function lookedUp(ends: Record<string, number>): void {
    for (const topic of positions.doubtful()) {
      const end = ends[topic];
      if (end !== undefined) positions.lookUp(topic)(new Map([[0, { high: end }]]));
    }
  }

  /** The records up to `next` came with the last answer. */
  function fetched(topic: string, next: number): void {
    const of = position(topic);
    of.waiting += next - of.next;
    of.next = next;
  }

  function handedOver(topic: string, offset: number, timestamp_ms: number): void {
    positions.handedOver({ topic, partition: 0, offset, timestamp_ms });
  }

  /** Up to when all that is open of the partition was handed over. */
  function caughtUpTo(partition: number): number {
    return positions.caughtUpTo(partition, [...(positions.of(partition)?.keys() ?? [])]);
  }

  /** Topic a was read to its end, which is 9. */
  function readA(): void {
    fetched('a', 9);
    for (const offset of [5, 6, 7, 8]) handedOver('a', offset, 50);
  }

  it('knows nothing of a partition that is not open, or of which a topic has no answer yet', () => {
    readA();
    answered('a', 110, 9);
    lookedUp({ a: 9 });
    expect(caughtUpTo(0)).toBe(-Infinity);
    answered('b', 120, 0);
    expect(caughtUpTo(0)).toBe(-Infinity);
    lookedUp({ b: 0 });
    expect(caughtUpTo(0)).toBe(110);
    expect(caughtUpTo(1)).toBe(-Infinity);
    positions.shut(0);
    expect(caughtUpTo(0)).toBe(-Infinity);
    expect(positions.progress('a', 0)).toBeNull();
  });

  it('says it of the topics that are asked for, whatever waits in others', () => {
    answered('b', 120, 0);
    lookedUp({ b: 0 });
    expect(positions.caughtUpTo(0, ['b'])).toBe(120);
    expect(positions.caughtUpTo(0, ['a', 'b'])).toBe(-Infinity);
    expect(positions.caughtUpTo(0, ['b', 'unread'])).toBe(-Infinity);
  });

  it('takes an answer for its own topic and partition alone', () => {
    open(1, { a: { next: 0, end: 0 } });
    answered('a', 110, 0, 1, 1);
    positions.lookUp('a')(new Map([[1, { high: 0 }]]));
    answered('a', 500, 0, 1, 1);
    expect(caughtUpTo(1)).toBe(500);
    expect(caughtUpTo(0)).toBe(-Infinity);
  });

  it('goes on when a broker leaves that has nothing of what is open', () => {
    open(0, { b: { next: 0, end: 0 } });
    answered('b', 110, 0, 1);
    lookedUp({ b: 0 });
    for (let startedMs = 1_000; startedMs < 1_000_000; startedMs += 1_000) answered('b', startedMs, 0, 1);
    expect(caughtUpTo(0)).toBe(999_000);
  });

  it('stands while the broker of a topic does not answer, whatever others answer of theirs', () => {
    readA();
    answered('a', 110, 9, 2);
    answered('b', 115, 0, 1);
    lookedUp({ a: 9, b: 0 });
    for (let startedMs = 1_000; startedMs < 10_000; startedMs += 1_000) answered('b', startedMs, 0, 1);
    expect(caughtUpTo(0)).toBe(110);
  });

  it('believes a broker that was not heard before only once the log was looked up', () => {
    open(0, { b: { next: 7, end: 7 } });
    answered('b', 110, 7, 1);
    lookedUp({ b: 7 });
    expect(caughtUpTo(0)).toBe(110);
    // The new leader does not know yet that 7, 8 and 9 may be read.
    answered('b', 120, 7, 2);
    expect(caughtUpTo(0)).toBe(110);
    expect(positions.progress('b', 0)).toEqual({ position: 7, reported: null });
    answered('b', 130, 7, 2);
    expect(positions.doubtful()).toEqual(['b']);
    lookedUp({ b: 10 });
    expect(caughtUpTo(0)).toBe(110);
    answered('b', 140, 10, 2);
    fetched('b', 10);
    for (const offset of [7, 8, 9]) handedOver('b', offset, 105);
    expect(caughtUpTo(0)).toBe(140);
    expect(positions.doubtful()).toEqual([]);
  });

  it('takes no look for an answer to a doubt that came up while it was under way', () => {
    open(0, { b: { next: 7, end: 7 } });
    answered('b', 110, 7, 1);
    const found = positions.lookUp('b');
    answered('b', 120, 7, 2);
    found(new Map([[0, { high: 7 }]]));
    expect(positions.doubtful()).toEqual(['b']);
    expect(caughtUpTo(0)).toBe(-Infinity);
  });

  it('doubts a broker that was silent for long: the partition may have been led by another meanwhile', () => {
    open(0, { b: { next: 7, end: 7 } });
    answered('b', 110, 7);
    lookedUp({ b: 7 });
    answered('b', 60_000, 7);
    expect(caughtUpTo(0)).toBe(110);
    lookedUp({ b: 7 });
    expect(caughtUpTo(0)).toBe(60_000);
  });

  it('ignores an end before one that was reported already', () => {
    readA();
    answered('a', 110, 9);
    lookedUp({ a: 12 });
    answered('b', 110, 0);
    lookedUp({ b: 0 });
    answered('a', 120, 9);
    answered('b', 120, 0);
    expect(caughtUpTo(0)).toBe(49);
    expect(positions.progress('a', 0)).toEqual({ position: 9, reported: null });
  });

  it('is as far as the broker time of the last record while more is to be read', () => {
    answered('b', 110, 0);
    answered('a', 110, 20);
    lookedUp({ a: 20, b: 0 });
    answered('b', 115, 0);
    fetched('a', 8);
    handedOver('a', 5, 60);
    expect(caughtUpTo(0)).toBe(59);
    handedOver('a', 6, 70);
    expect(caughtUpTo(0)).toBe(69);
    answered('a', 130, 20);
    expect(caughtUpTo(0)).toBe(69);
    expect(positions.progress('a', 0)).toMatchObject({ position: 7, reported: { highWatermark: 20, startedMs: 130 } });
  });

  it('counts a record that was fetched and not handed over as still to be read', () => {
    readA();
    answered('a', 110, 9);
    answered('b', 200, 0);
    lookedUp({ a: 9, b: 0 });
    expect(caughtUpTo(0)).toBe(110);
    answered('a', 120, 10);
    fetched('a', 10);
    answered('a', 130, 10);
    expect(caughtUpTo(0)).toBe(110);
    handedOver('a', 9, 125);
    expect(caughtUpTo(0)).toBe(130);
  });

  it('never goes back', () => {
    readA();
    answered('a', 110, 9);
    answered('b', 120, 0);
    lookedUp({ a: 9, b: 0 });
    expect(caughtUpTo(0)).toBe(110);
    answered('a', 90, 9, 2);
    lookedUp({ a: 9 });
    answered('a', 100, 11, 2);
    fetched('a', 10);
    handedOver('a', 9, 60);
    expect(caughtUpTo(0)).toBe(110);
  });

  it('counts as lag what was not handed over, by the highest end that anybody reported', () => {
    const lag = () => new Map(positions.lagOf(0)).get('a');
    expect(lag()).toBe(4);
    answered('a', 110, 20);
    fetched('a', 8);
    expect(lag()).toBe(15);
    handedOver('a', 5, 60);
    expect(lag()).toBe(14);
    positions.lookUp('a')(new Map([[0, { high: 30 }]]));
    expect(lag()).toBe(24);
  });
});
