import type { Condition } from '@hilo/behaviour/version-2/language';
import { useFormats, useMessages } from '../language/language.tsx';
import { conditionWords } from './domain/condition-words.ts';
import { languageMessages } from './domain/messages.ts';

/** Says a condition in the language of the page. */
export function useConditionWords(): (condition: Condition) => string {
  const t = useMessages(languageMessages);
  const formats = useFormats();
  return (condition) => conditionWords(condition, { t, formats });
}
