import { Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { PasswordField } from '../elements/password-field.tsx';
import type { Field } from './destination-api.ts';
import type { DraftValue } from './read-draft.ts';
import type { TypeWords } from './type-words.ts';

interface SettingFieldProps {
  readonly field: Field;
  readonly words: TypeWords['fields'][string];
  /** Said after the description. */
  readonly note: string;
  readonly value: DraftValue;
  readonly error: string | undefined;
  change(value: DraftValue): void;
}

/** One setting, drawn as its field says. */
export function SettingField({ field, words, note, value, error, change }: SettingFieldProps) {
  const description = [words.description, note].filter((text) => text !== '').join(' ');
  const named = { label: words.title, description, error };
  if (field.type === 'boolean')
    return <Checkbox {...named} checked={value === true} onChange={(event) => change(event.currentTarget.checked)} />;
  const input = {
    ...named,
    value: String(value),
    onChange: (event: { readonly currentTarget: { readonly value: string } }) => change(event.currentTarget.value),
  };
  if (field.writeOnly === true) return <PasswordField {...input} autoComplete="off" />;
  if (field.enum !== undefined) return <NativeSelect {...input} data={[...field.enum]} />;
  if (field.type === 'array') return <Textarea {...input} autosize minRows={2} maxRows={8} />;
  const isNumber = field.type === 'integer' || field.type === 'number';
  const kind = field.format === 'uri' ? 'url' : 'text';
  return <TextInput {...input} type={kind} inputMode={isNumber ? 'decimal' : kind} />;
}
