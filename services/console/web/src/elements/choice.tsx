import { NativeSelect, Select } from '@mantine/core';
import { useMessages } from '../language/language.tsx';
import { elementMessages } from './messages.ts';

interface ChoiceProps {
  readonly label: string;
  readonly description?: string;
  readonly disabled?: boolean;
  /** The first one is what is chosen where nothing else is. */
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly value: string;
  onChange(value: string): void;
}

/** Beyond so many options nobody looks through them all: they can be searched. */
const LOOKED_THROUGH = 12;

/** A choice among few options by the browser's own means, among many by typing a part of the name. */
export function Choice({ label, description, disabled = false, options, value, onChange }: ChoiceProps) {
  const t = useMessages(elementMessages);
  const field = { label, disabled, ...(description === undefined ? {} : { description }) };
  const first = options[0]?.value ?? '';
  if (options.length <= LOOKED_THROUGH)
    return (
      <NativeSelect
        {...field}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        data={[...options]}
      />
    );
  return (
    <Select
      {...field}
      searchable
      allowDeselect={false}
      maxDropdownHeight={320}
      nothingFoundMessage={t.noOption}
      value={value}
      onChange={(chosen) => onChange(chosen ?? first)}
      data={[...options]}
    />
  );
}
