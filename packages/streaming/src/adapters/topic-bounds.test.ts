import type { Admin, Kafka } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { TransientFaultError } from '../ports/retry.ts';
import { topicBounds } from './topic-bounds.ts';

class NotTheLeaderError extends Error {
  override readonly name = 'KafkaJSProtocolError';
  readonly type = 'NOT_LEADER_FOR_PARTITION';
  readonly retriable = true;
}

/** A client whose connections answer in turn: an error is thrown, anything else is the bounds. */
function kafkaThatAnswers(answers: readonly unknown[]) {
  const used = { connections: 0, closed: 0 };
  const admin = () => {
    const answer = answers[Math.min(used.connections, answers.length - 1)];
    used.connections += 1;
    return {
      connect: async () => undefined,
      disconnect: async () => {
        used.closed += 1;
      },
      fetchTopicOffsets: async () => {
        if (answer instanceof Error) throw answer;
        return answer;
      },
    } as unknown as Admin;
  };
  return { kafka: { admin } as unknown as Kafka, used };
}

function turnedClock() {
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    sleep: async (ms: number) => {
      nowMs += ms;
    },
  };
}

const BOUNDS = [{ partition: 0, offset: '7', low: '2', high: '7' }];

describe('the bounds of a topic', () => {
  it('are asked for again, over a new connection, while a partition has no leader', async () => {
    const { kafka, used } = kafkaThatAnswers([new NotTheLeaderError(), new NotTheLeaderError(), BOUNDS]);
    const bounds = await topicBounds(kafka, ['orders'], { withinMs: 10_000, clock: turnedClock() });
    expect(bounds).toEqual(new Map([['orders', new Map([[0, { low: 2, high: 7 }]])]]));
    expect(used).toEqual({ connections: 3, closed: 3 });
  });

  it('are unavailable if that lasts longer than the caller waits', async () => {
    const { kafka, used } = kafkaThatAnswers([new NotTheLeaderError()]);
    const asked = topicBounds(kafka, ['orders'], { withinMs: 1_000, clock: turnedClock() });
    await expect(asked).rejects.toBeInstanceOf(TransientFaultError);
    expect(used).toEqual({ connections: 11, closed: 11 });
  });

  it('are not asked for again after an error that does not pass', async () => {
    const { kafka, used } = kafkaThatAnswers([new TypeError('no such topic'), BOUNDS]);
    const asked = topicBounds(kafka, ['orders'], { withinMs: 10_000, clock: turnedClock() });
    await expect(asked).rejects.toBeInstanceOf(TypeError);
    expect(used).toEqual({ connections: 1, closed: 1 });
  });
});
