import { describe, expect, it, vi } from 'vitest';
import { AuditRetention } from './audit-retention.ts';

const DAY_MS = 86_400_000;

function retentionOf(entries: number, nowMs = 500 * DAY_MS) {
  let left = entries;
  const deleteBefore = vi.fn(async (_beforeMs: number, limit: number) => {
    const gone = Math.min(left, limit);
    left -= gone;
    return gone;
  });
  const retention = new AuditRetention({
    ...{ audit: { deleteBefore }, days: 400, nowMs: () => nowMs },
    logger: { warn: vi.fn() },
  });
  return { retention, deleteBefore };
}

describe('old entries of the audit log', () => {
  it.each([
    [0, 1],
    [999, 1],
    [1_000, 2],
    [2_500, 3],
  ])('go in batches: %i entries in %i', async (entries, batches) => {
    const { retention, deleteBefore } = retentionOf(entries);
    expect(await retention.deleteOld()).toBe(entries);
    expect(deleteBefore.mock.calls).toEqual(Array.from({ length: batches }, () => [100 * DAY_MS, 1_000]));
  });

  it('are not all deleted at once if there are very many', async () => {
    const { retention } = retentionOf(150_000);
    expect(await retention.deleteOld()).toBe(100_000);
    expect(await retention.deleteOld()).toBe(50_000);
  });

  it('are deleted at the start, and stay if the database does not answer', async () => {
    const warn = vi.fn();
    const deleteBefore = vi.fn(() => Promise.reject(new Error('no')));
    const retention = new AuditRetention({ audit: { deleteBefore }, days: 30, nowMs: Date.now, logger: { warn } });
    await retention.start();
    await retention.stop();
    expect(deleteBefore).toHaveBeenCalledOnce();
    expect(warn).toHaveBeenCalledWith(
      { reason: 'the database refuses' },
      'Old entries of the audit log could not be deleted',
    );
  });
});
