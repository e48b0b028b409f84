import { describe, expect, it } from 'vitest';
import type { SourceStore } from '../ports.ts';
import { sourceOf } from './sources.ts';

/** What every store of sources does; `empty` makes one without any. */
export function sourceStoreContract(name: string, empty: () => Promise<SourceStore>): void {
  describe(`the sources in ${name}`, () => {
    it('are stored, replaced, and found by key and by write key', async () => {
      const store = await empty();
      expect(await store.put(sourceOf('b'))).toBe('stored');
      expect(await store.put(sourceOf('a', { answer: 'segment', unreadable_times: 'reject', enabled: false }))).toBe(
        'stored',
      );
      expect(await store.put(sourceOf('b', { name: 'New', write_key: 'new-write-key', max_event_bytes: 65_536 }))).toBe(
        'stored',
      );
      const b = sourceOf('b', { name: 'New', write_key: 'new-write-key', max_event_bytes: 65_536 });
      expect(await store.all()).toEqual([
        sourceOf('a', { answer: 'segment', unreadable_times: 'reject', enabled: false }),
        b,
      ]);
      expect(await store.find(['b', 'c'])).toEqual([b]);
      expect(await store.findByWriteKey('new-write-key')).toEqual(b);
      expect(await store.findByWriteKey('b-write-key')).toBeUndefined();
    });

    it('never share a write key', async () => {
      const store = await empty();
      await store.put(sourceOf('a'));
      expect(await store.put(sourceOf('b', { write_key: 'a-write-key' }))).toBe('write_key_taken');
      expect(await store.find(['b'])).toEqual([]);
    });

    it('are asked for by any text', async () => {
      const store = await empty();
      expect(await store.find(['\0', '', "'; --", '\ud800'])).toEqual([]);
      expect(await store.findByWriteKey('a\0')).toBeUndefined();
    });
  });
}
