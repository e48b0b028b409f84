import { describe, expect, it } from 'vitest';
import { type DestinationDraft, readDraft } from './read-draft.ts';

const draft: DestinationDraft = {
  key: 'crm',
  name: ' Our CRM ',
  url: ' https://crm.example.com/hook ',
  secret: '',
  all_segments: true,
  segments: [],
  enabled: true,
};

function faultsOf(change: Partial<DestinationDraft>): readonly string[] {
  const read = readDraft({ ...draft, ...change });
  return read.kind === 'faults' ? [...read.fields] : [];
}

describe('a destination being written', () => {
  it('is read without a secret, which keeps the one there is', () => {
    expect(readDraft(draft)).toEqual({
      kind: 'input',
      input: { type: 'webhook', name: 'Our CRM', url: 'https://crm.example.com/hook', segments: 'all', enabled: true },
    });
  });

  it('is called by its key where it has no name', () => {
    expect(readDraft({ ...draft, name: ' ' })).toMatchObject({ input: { name: 'crm' } });
  });

  it('is read with some segments and a secret', () => {
    const read = readDraft({ ...draft, all_segments: false, segments: ['vip'], secret: 'a'.repeat(16) });
    expect(read).toMatchObject({ input: { segments: ['vip'], secret: 'a'.repeat(16) } });
  });

  it.each<[Partial<DestinationDraft>, string]>([
    [{ key: '' }, 'key'],
    [{ key: 'CRM' }, 'key'],
    [{ name: 'x'.repeat(201) }, 'name'],
    [{ url: 'crm.example.com' }, 'url'],
    [{ url: 'ftp://crm.example.com' }, 'url'],
    [{ url: 'https://user:pass@crm.example.com' }, 'url'],
    [{ secret: 'short' }, 'secret'],
    [{ all_segments: false }, 'segments'],
  ])('%j has a fault in %s', (change, field) => {
    expect(faultsOf(change)).toEqual([field]);
  });
});
