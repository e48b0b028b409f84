import { describe, expect, it } from 'vitest';
import { readSourceDraft, type SourceDraft } from './read-source-draft.ts';

const draft: SourceDraft = {
  key: 'shop',
  name: ' The shop ',
  max_event: '32768',
  max_batch: '512000',
  answer: 'explicit',
  unreadable_times: 'reject',
  enabled: true,
};

describe('a source being written', () => {
  it('is read', () => {
    expect(readSourceDraft(draft)).toEqual({
      kind: 'input',
      input: {
        ...{ name: 'The shop', max_event_bytes: 32_768, max_batch_bytes: 512_000, answer: 'explicit', enabled: true },
        unreadable_times: 'reject',
      },
    });
  });

  it.each<[Partial<SourceDraft>, string]>([
    [{ key: 'The Shop' }, 'key'],
    [{ name: ' ' }, 'name'],
    [{ max_event: '100' }, 'max_event'],
    [{ max_event: '1e4' }, 'max_event'],
    [{ max_batch: '99999999' }, 'max_batch'],
  ])('%j has a fault in %s', (change, field) => {
    const read = readSourceDraft({ ...draft, ...change });
    expect(read.kind === 'faults' ? [...read.fields] : []).toEqual([field]);
  });
});
