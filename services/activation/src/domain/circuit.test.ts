import { describe, expect, it } from 'vitest';
import { admit, type Circuit, failed, FRESH_CIRCUIT, shareOf, succeeded } from './circuit.ts';

const idle = { underWay: 0, waiting: 0, concurrency: 4 };
const failing = (times: number, nowMs: number): Circuit =>
  Array.from({ length: times }).reduce<Circuit>((circuit) => failed(circuit, 10, null, nowMs), FRESH_CIRCUIT);

describe('a circuit', () => {
  it('stays closed for a few failures, and opens for longer with each one more', () => {
    expect(admit(failing(4, 0), idle, 0).kind).toBe('go');
    expect(admit(failing(5, 0), idle, 0)).toEqual({ kind: 'defer', reason: 'circuit_open', retryAfterMs: 1000 });
    expect(failing(6, 0).openUntilMs).toBe(2000);
    expect(failing(50, 0).openUntilMs).toBe(60_000);
  });

  it('lets one request through after the pause, and no other until that one is back', () => {
    const circuit = failing(5, 0);
    expect(admit(circuit, idle, 1000).kind).toBe('go');
    expect(admit(circuit, { ...idle, underWay: 1 }, 1000)).toMatchObject({ kind: 'defer', reason: 'circuit_open' });
  });

  it('closes with the first answer', () => {
    expect(admit(succeeded(failing(50, 0), 10), idle, 1).kind).toBe('go');
  });

  it('opens at once where the destination asks to be left alone', () => {
    const asked = failed(FRESH_CIRCUIT, 10, 30_000, 0);
    expect(admit(asked, idle, 29_999)).toEqual({ kind: 'defer', reason: 'circuit_open', retryAfterMs: 1 });
    expect(admit(asked, idle, 30_000).kind).toBe('go');
  });

  it('lets requests wait only as long as their turn comes soon', () => {
    const full = { ...idle, underWay: 4 };
    const fast = succeeded(FRESH_CIRCUIT, 10);
    const slow = succeeded(FRESH_CIRCUIT, 9000);
    expect(admit(fast, { ...full, waiting: 300 }, 0).kind).toBe('wait');
    expect(admit(fast, { ...full, waiting: 500 }, 0)).toMatchObject({ kind: 'defer', reason: 'busy' });
    expect(admit(slow, full, 0)).toMatchObject({ kind: 'defer', reason: 'busy' });
  });
});

describe('the share of a destination', () => {
  it.each([
    [1_024, 64],
    [512, 64],
    [511, 63],
    [80, 10],
    [8, 1],
    [0, 1],
    [-10, 1],
  ])('with room for %i more requests is %i', (room, share) => {
    expect(shareOf(64, room)).toBe(share);
    expect(shareOf(1, room)).toBe(1);
  });

  it('leaves room, though many are slow', () => {
    let room = 1_024;
    const taken = Array.from({ length: 40 }, () => {
      const share = shareOf(64, room);
      room -= share;
      return share;
    });
    expect(room).toBeGreaterThan(0);
    expect(Math.min(...taken)).toBeGreaterThan(0);
  });
});
