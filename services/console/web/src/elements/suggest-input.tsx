import { TextInput, type TextInputProps } from '@mantine/core';
import { useId, useState } from 'react';
import { StateMark } from './state-mark.tsx';

interface SuggestInputProps extends Omit<TextInputProps, 'list'> {
  /** Suggestions; other texts can be typed. */
  readonly suggestions: readonly string[];
  /** Shown for a typed text that is not among them; absent: nothing. */
  readonly unseen?: string | undefined;
}

/** A text field with suggestions, by the browser's own means. */
export function SuggestInput({ suggestions, unseen, ...input }: SuggestInputProps) {
  const id = useId();
  const [isTyping, setTyping] = useState(false);
  const typed = typeof input.value === 'string' ? input.value.trim() : '';
  const isUnseen = unseen !== undefined && !isTyping && typed !== '' && !suggestions.includes(typed);
  return (
    <>
      <TextInput
        {...input}
        list={id}
        onFocus={() => setTyping(true)}
        onBlur={() => setTyping(false)}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        description={isUnseen ? <StateMark mood="waiting">{unseen}</StateMark> : undefined}
      />
      <datalist id={id}>
        {suggestions.map((suggestion) => (
          <option key={suggestion} value={suggestion} />
        ))}
      </datalist>
    </>
  );
}
