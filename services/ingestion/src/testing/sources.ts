import { DEFAULT_LIMITS, type Source } from '../domain/source.ts';

/** A source for tests. */
export function sourceOf(key: string, changes: Partial<Source> = {}): Source {
  return {
    key,
    name: key,
    write_key: `${key}-write-key`,
    ...DEFAULT_LIMITS,
    answer: 'explicit',
    unreadable_times: 'keep',
    enabled: true,
    ...changes,
  };
}
