import { useFormats, useMessages } from '../language/language.tsx';
import type { Condition } from './domain/condition.ts';
import { conditionWords } from './domain/condition-words.ts';
import { languageMessages } from './domain/messages.ts';

/** Says a condition in the language of the page. */
export function useConditionWords(): (condition: Condition) => string {
  const t = useMessages(languageMessages);
  const formats = useFormats();
  return (condition) => conditionWords(condition, { t, formats });
}
