import { beforeEach, describe, expect, it } from 'vitest';
import { ReadPositions, type TopicPosition } from './read-positions.ts';

describe('ReadPositions', () => {
  let positions: ReadPositions;

  beforeEach(() => {
    positions = new ReadPositions();
    positions.open(
      0,
      new Map([
        ['a', { next: 5, end: 9 }],
        ['b', { next: 0, end: 0 }],
      ]),
      100,
    );
  });

  /** A batch of these records was fetched, of a log that ends at `end`. */
  function fetched(topic: string, next: number, end: number): void {
    const position = positions.of(0)?.get(topic) as TopicPosition;
    position.waiting += next - position.next;
    position.next = next;
    position.end = end;
  }

  function handedOver(topic: string, timestamp_ms: number): void {
    positions.handedOver({ topic, partition: 0, timestamp_ms });
  }

  function answeredFetch(node: number, now_ms: number): void {
    positions.fetchStarted(node, now_ms);
    positions.fetchAnswered();
  }

  it('knows nothing of a partition that is not open, nor before a whole fetch began after opening', () => {
    answeredFetch(1, 90);
    answeredFetch(1, 110);
    expect(positions.caughtUpTo(0)).toBe(-Infinity);
    answeredFetch(1, 120);
    expect(positions.caughtUpTo(0)).toBe(110);
    expect(positions.caughtUpTo(1)).toBe(-Infinity);
    positions.shut(0);
    expect(positions.caughtUpTo(0)).toBe(-Infinity);
  });

  it('counts what a look at the log found as waiting, and takes it for no proof of anything', () => {
    fetched('a', 9, 9);
    positions.lookedUp('a', 0, 30);
    positions.lookedUp('a', 1, 30);
    expect(positions.lagOf(0)).toEqual([
      ['a', 21 + 4],
      ['b', 0],
    ]);
    expect(positions.of(0)?.get('a')?.end).toBe(9);
    fetched('a', 30, 30);
    expect(positions.lagOf(0)[0]).toEqual(['a', 25]);
  });

  it('takes a fetch that broke off for no proof', () => {
    answeredFetch(1, 110);
    positions.fetchStarted(1, 120);
    positions.fetchStarted(1, 130);
    positions.fetchStarted(1, 140);
    expect(positions.caughtUpTo(0)).toBe(110);
  });

  it('takes a fetch that was full for no proof', () => {
    answeredFetch(1, 110);
    answeredFetch(1, 120);
    positions.fetchWasFull();
    positions.fetchStarted(1, 130);
    expect(positions.caughtUpTo(0)).toBe(110);
  });

  it('waits for the slowest of several brokers', () => {
    for (const time of [110, 120, 130]) answeredFetch(1, time);
    for (const time of [111, 115]) answeredFetch(2, time);
    expect(positions.caughtUpTo(0)).toBe(111);
  });

  it('is as far as the broker time of the last record while more is to be read', () => {
    for (const time of [110, 120]) answeredFetch(1, time);
    fetched('a', 8, 20);
    handedOver('a', 60);
    expect(positions.caughtUpTo(0)).toBe(59);
    handedOver('a', 70);
    expect(positions.caughtUpTo(0)).toBe(69);
    answeredFetch(1, 130);
    expect(positions.caughtUpTo(0)).toBe(69);
  });

  it('counts a record that was fetched and not handed over as still to be read', () => {
    for (const time of [110, 120]) answeredFetch(1, time);
    fetched('a', 6, 6);
    answeredFetch(1, 130);
    expect(positions.caughtUpTo(0)).toBe(-Infinity);
    handedOver('a', 125);
    expect(positions.caughtUpTo(0)).toBe(120);
  });

  it('never goes back', () => {
    for (const time of [110, 120, 130]) answeredFetch(1, time);
    expect(positions.caughtUpTo(0)).toBe(120);
    fetched('a', 7, 9);
    handedOver('a', 50);
    expect(positions.caughtUpTo(0)).toBe(120);
    positions.forgetFetches();
    expect(positions.caughtUpTo(0)).toBe(120);
  });

  it('counts what was never fetched by the end at opening, and then by what the broker tells', () => {
    expect(positions.lagOf(0)).toEqual([
      ['a', 4],
      ['b', 0],
    ]);
    fetched('a', 8, 20);
    expect(positions.lagOf(0)).toEqual([
      ['a', 15],
      ['b', 0],
    ]);
    handedOver('a', 60);
    expect(positions.lagOf(0)).toEqual([
      ['a', 14],
      ['b', 0],
    ]);
  });
});
