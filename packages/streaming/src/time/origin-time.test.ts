import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OriginTime, type TimeOffer } from './origin-time.ts';

const ORIGIN = 'up/0/i';
const offered = (timeMs: number, sequence: number): TimeOffer => ({
  timeMs,
  origin: ORIGIN,
  needs: [{ topic: 't', origin: ORIGIN, sequence }],
});
const taken = (sequence: number) => ({ t: { [ORIGIN]: sequence } });

const steps = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('offer' as const), laterMs: fc.nat(50), more: fc.nat(3) }),
    fc.record({ do: fc.constant('take' as const), more: fc.nat(4) }),
  ),
  { maxLength: 60 },
);

describe('the time from one origin', () => {
  it('is never that of an offer which is not fulfilled, and the newest one once all is taken', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const origin = new OriginTime();
        const offers: TimeOffer[] = [];
        let [timeMs, sent, received] = [0, 0, 0];
        for (const step of all) {
          if (step.do === 'offer') {
            timeMs += step.laterMs;
            sent += step.more;
            offers.push(offered(timeMs, sent));
            origin.offer(offered(timeMs, sent), taken(received));
          } else {
            received = Math.min(sent, received + step.more);
            origin.settle(taken(received));
          }
          const fulfilled = offers.filter(({ needs }) => (needs[0]?.sequence ?? 0) <= received);
          expect(origin.timeMs).toBeLessThanOrEqual(fulfilled.at(-1)?.timeMs ?? -Infinity);
        }
        origin.settle(taken(sent));
        expect(origin.timeMs).toBe(offers.at(-1)?.timeMs ?? -Infinity);
      }),
    );
  });

  it('goes on for a reader that is always behind', () => {
    const origin = new OriginTime();
    for (let second = 1; second <= 100; second += 1) {
      origin.offer(offered(second * 1_000, second), taken(second - 5));
      expect(origin.timeMs).toBeGreaterThanOrEqual(second < 11 ? -Infinity : (second - 10) * 1_000);
    }
  });

  it('goes back at once where an offer takes earlier ones back', () => {
    const origin = new OriginTime();
    origin.offer(offered(1_000, 1), taken(1));
    origin.offer(offered(2_000, 2), taken(1));
    origin.offer(offered(500, 3), taken(1));
    expect(origin.timeMs).toBe(500);
    origin.settle(taken(2));
    expect(origin.timeMs).toBe(500);
    origin.offer(offered(3_000, 3), taken(3));
    expect(origin.timeMs).toBe(3_000);
  });

  it('asks nothing that an incarnation before this one had sent', () => {
    const origin = new OriginTime();
    origin.offer(offered(1_000, 9), taken(3));
    const repaired = { timeMs: 1_500, origin: 'up/0/j', needs: [{ topic: 't', origin: 'up/0/j', sequence: 1 }] };
    origin.offer(repaired, { t: { [ORIGIN]: 3, 'up/0/j': 1 } });
    expect(origin.timeMs).toBe(1_500);
  });

  it('counts an origin that has sent nothing at once, and not one whose records never came', () => {
    const silent = new OriginTime();
    silent.offer(offered(1_000, 0), {});
    expect(silent.timeMs).toBe(1_000);
    const unheard = new OriginTime();
    unheard.offer(offered(1_000, 1), {});
    expect(unheard.timeMs).toBe(-Infinity);
  });
});
