import { useFormats, useMessages } from '../language/language.tsx';
import type { Condition } from './domain/condition.ts';
import { conditionWords } from './domain/condition-words.ts';
import { isBuildable } from './domain/is-buildable.ts';
import { languageMessages } from './domain/messages.ts';

/** Says a condition in the language of the page; one that the builder does not have, as its JSON. */
export function useConditionWords(): (condition: Condition) => string {
  const t = useMessages(languageMessages);
  const formats = useFormats();
  return (condition) =>
    isBuildable(condition) ? conditionWords(condition, { t, formats }) : JSON.stringify(condition);
}
