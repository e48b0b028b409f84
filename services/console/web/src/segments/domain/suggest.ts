import type { Scalar } from './condition.ts';
import { type ScalarDraft, scalarDraft, type TestDraft } from './draft.ts';

/** Texts to offer for a value of a kind, from values that were seen. */
export function suggestedTexts(kind: ScalarDraft['kind'], seen: readonly Scalar[]): readonly string[] {
  const drafts = seen.map(scalarDraft).filter((draft) => draft.kind === kind && draft.text !== '');
  return [...new Set(drafts.map(({ text }) => text))];
}

/** The test with the kind of the values at its path, unless a value was typed already. */
export function withKind(test: TestDraft, kind: ScalarDraft['kind'] | undefined): TestDraft {
  const [value] = test.values;
  const isOpen = (test.operator === 'eq' || test.operator === 'ne') && value?.text === '';
  if (kind === undefined || !isOpen || value.kind === kind) return test;
  return { ...test, values: [{ kind, text: kind === 'boolean' ? 'true' : '' }] };
}
