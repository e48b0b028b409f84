import { TextInput, type TextInputProps } from '@mantine/core';
import { useId } from 'react';

interface SuggestInputProps extends Omit<TextInputProps, 'list'> {
  /** What may be meant; anything else may be typed all the same. */
  readonly suggestions: readonly string[];
}

/** A field for text that offers what is known, by the browser's own means. */
export function SuggestInput({ suggestions, ...input }: SuggestInputProps) {
  const id = useId();
  return (
    <>
      <TextInput {...input} list={id} />
      <datalist id={id}>
        {suggestions.map((suggestion) => (
          <option key={suggestion} value={suggestion} />
        ))}
      </datalist>
    </>
  );
}
