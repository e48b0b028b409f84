import { describe, expect, it } from 'vitest';
import type { TestDraft } from './draft.ts';
import { suggestedTexts, withKind } from './suggest.ts';

describe('suggested values', () => {
  it('are those of the kind that is typed, each once', () => {
    const seen = ['pro', 5, '5', true, '', 'pro'];
    expect(suggestedTexts('text', seen)).toEqual(['pro', '5']);
    expect(suggestedTexts('number', seen)).toEqual(['5']);
    expect(suggestedTexts('boolean', seen)).toEqual(['true']);
  });
});

describe('the kind of a test', () => {
  const empty: TestDraft = { operator: 'eq', values: [{ kind: 'text', text: '' }] };

  it('is that of the values at its path', () => {
    expect(withKind(empty, 'number').values).toEqual([{ kind: 'number', text: '' }]);
    expect(withKind(empty, 'boolean').values).toEqual([{ kind: 'boolean', text: 'true' }]);
  });

  it('stays where it is right, not known, or chosen', () => {
    const typed: TestDraft = { operator: 'eq', values: [{ kind: 'text', text: 'pro' }] };
    const ordered: TestDraft = { operator: 'gt', values: [{ kind: 'number', text: '' }] };
    const many: TestDraft = { operator: 'oneOf', values: [{ kind: 'text', text: '' }] };
    expect(withKind(empty, 'text')).toBe(empty);
    expect(withKind(empty, undefined)).toBe(empty);
    for (const test of [typed, ordered, many]) expect(withKind(test, 'boolean')).toBe(test);
  });
});
