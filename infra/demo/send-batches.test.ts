import { describe, expect, it } from 'vitest';
import { sendBatches } from './send-batches.ts';

const batchesOf = (...events: number[]) => events.map((count, n) => ({ body: `${n}`, events: count })).values();

/** A endpoint that answers when the test says so. */
function endpoint() {
  const waiting = new Map<string, PromiseWithResolvers<void>>();
  const send = (body: string): Promise<void> => {
    const answer = Promise.withResolvers<void>();
    waiting.set(body, answer);
    return answer.promise;
  };
  return { waiting, send };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('sendBatches', () => {
  it('keeps no more batches under way than allowed', async () => {
    const { waiting, send } = endpoint();
    const sent = sendBatches(batchesOf(1, 1, 1), 2, send, () => {});
    expect([...waiting.keys()]).toEqual(['0', '1']);
    waiting.get('1')?.resolve();
    await turn();
    expect([...waiting.keys()]).toEqual(['0', '1', '2']);
    for (const answer of waiting.values()) answer.resolve();
    await sent;
  });

  it('reports what is taken from the start on, without a gap', async () => {
    const { waiting, send } = endpoint();
    const reports: number[] = [];
    const sent = sendBatches(batchesOf(10, 20, 30), 3, send, (taken) => reports.push(taken));
    waiting.get('2')?.resolve();
    await turn();
    waiting.get('0')?.resolve();
    await turn();
    waiting.get('1')?.resolve();
    await sent;
    expect(reports).toEqual([0, 10, 60]);
  });

  it('stops at the first failure and throws it, once what was under way has ended', async () => {
    const { waiting, send } = endpoint();
    const sent = sendBatches(batchesOf(1, 1, 1, 1), 2, send, () => {});
    waiting.get('0')?.reject(new Error('refused'));
    await turn();
    waiting.get('1')?.resolve();
    await expect(sent).rejects.toThrow('refused');
    expect(waiting.size).toBe(2);
  });
});
