import { createLogger } from '@hilo/service';
import { describe, expect, it } from 'vitest';
import { SourcesUnavailableError } from '../ports.ts';
import { MemorySourceStore } from '../testing/memory-source-store.ts';
import { sourceOf } from '../testing/sources.ts';
import { SourceCache } from './source-cache.ts';

const logger = createLogger({ name: 'ingestion', level: 'silent' });

async function cached(store: MemorySourceStore, use: (cache: SourceCache) => Promise<void>): Promise<void> {
  const cache = new SourceCache(store, logger);
  await cache.start();
  try {
    await use(cache);
  } finally {
    await cache.stop();
  }
}

describe('the sources in memory', () => {
  it('answer without a promise for what they know', () =>
    cached(new MemorySourceStore([sourceOf('a')]), async (cache) => {
      expect(cache.ready()).toBe(true);
      expect(cache.byWriteKey('a-write-key')).toEqual(sourceOf('a'));
      expect(cache.known().get('a')).toEqual(sourceOf('a'));
    }));

  it('ask at once for a source that another instance has just stored', async () => {
    const store = new MemorySourceStore();
    await cached(store, async (cache) => {
      await store.put(sourceOf('b'));
      expect(await cache.byWriteKey('b-write-key')).toEqual(sourceOf('b'));
      expect(cache.byWriteKey('b-write-key')).toEqual(sourceOf('b'));
    });
  });

  it('see every change soon', async () => {
    const store = new MemorySourceStore([sourceOf('a')]);
    await cached(store, async (cache) => {
      await store.put(sourceOf('a', { write_key: 'another-key', enabled: false }));
      await expect.poll(() => cache.known().get('a')?.enabled, { timeout: 10_000 }).toBe(false);
      expect(await cache.byWriteKey('a-write-key')).toBeUndefined();
    });
  });

  it('stay as they are while the store is unavailable', async () => {
    const store = new MemorySourceStore([sourceOf('a')]);
    await cached(store, async (cache) => {
      store.unavailable = true;
      expect(cache.byWriteKey('a-write-key')).toEqual(sourceOf('a'));
      await expect(cache.byWriteKey('b-write-key')).rejects.toThrow(SourcesUnavailableError);
    });
  });

  it('let a flood of unknown write keys through to the store only up to a bound', async () => {
    let asked = 0;
    class CountingStore extends MemorySourceStore {
      override findByWriteKey(write_key: string) {
        asked += 1;
        return super.findByWriteKey(write_key);
      }
    }
    await cached(new CountingStore(), async (cache) => {
      const answers = await Promise.allSettled(
        Array.from({ length: 1000 }, async (_, index) => cache.byWriteKey(`made-up-${index}`)),
      );
      expect(asked).toBeLessThanOrEqual(400);
      expect(answers.some(({ status }) => status === 'rejected')).toBe(true);
    });
  });
});
