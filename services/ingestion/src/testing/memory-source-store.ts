import type { Source } from '../domain/source.ts';
import type { SourceStore } from '../ports.ts';

/** The sources in memory; the contract tests run on it and on PostgreSQL alike. */
export class MemorySourceStore implements SourceStore {
  /** While true, every call fails. */
  unavailable = false;
  readonly #sources = new Map<string, Source>();

  constructor(sources: readonly Source[] = []) {
    for (const source of sources) this.#sources.set(source.key, source);
  }

  async all(): Promise<readonly Source[]> {
    if (this.unavailable) throw new Error('away');
    return [...this.#sources.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  async find(keys: readonly string[]): Promise<readonly Source[]> {
    return (await this.all()).filter(({ key }) => keys.includes(key));
  }

  async findByWriteKey(write_key: string): Promise<Source | undefined> {
    return (await this.all()).find((source) => source.write_key === write_key);
  }

  async put(source: Source): Promise<'stored' | 'write_key_taken'> {
    const owner = await this.findByWriteKey(source.write_key);
    if (owner !== undefined && owner.key !== source.key) return 'write_key_taken';
    this.#sources.set(source.key, source);
    return 'stored';
  }
}
