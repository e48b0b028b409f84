import { CALENDAR_WINDOWS } from '@hilo/behaviour/version-2/forms';
import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useMessages } from '../../language/language.tsx';
import { type Form, textAt, withField } from '../domain/draft.ts';
import { languageMessages } from '../domain/messages.ts';
import { type FieldProps, useIsFaulty } from './builder-context.tsx';
import { LengthField } from './length-field.tsx';
import { builderMessages } from './messages.ts';

/** A window of time; undefined: ever. */
export function WindowField({ field, value, onChange }: FieldProps) {
  const t = useMessages(builderMessages);
  const words = useMessages(languageMessages);
  const calendar = CALENDAR_WINDOWS.find((one) => one === value);
  const between = typeof value === 'object' && value !== null ? (value as Form) : null;
  const choice = value === undefined ? 'ever' : (calendar ?? (between === null ? 'lately' : 'between'));
  const choose = (wanted: string): void => {
    const chosen = CALENDAR_WINDOWS.find((one) => one === wanted);
    if (wanted === 'lately') onChange('30d');
    else if (wanted === 'between') onChange({ from: '90d', to: '30d' });
    else onChange(chosen);
  };
  return (
    <>
      <NativeSelect
        className="narrow"
        label={t.howLong}
        value={choice}
        onChange={(event) => choose(event.currentTarget.value)}
        data={[
          { value: 'ever', label: t.ever },
          { value: 'lately', label: t.lately },
          { value: 'between', label: t.between },
          ...CALENDAR_WINDOWS.map((one) => ({
            value: one,
            label: words[`calendar_${one.replace(' ', '') as 'today'}`],
          })),
        ]}
      />
      {choice === 'lately' ? (
        <LengthField label={t.amount} field={field} value={String(value)} onChange={onChange} />
      ) : null}
      {between === null
        ? null
        : (['from', 'to'] as const).map((end) => (
            <LengthField
              key={end}
              label={t[`ago_${end}`]}
              field={`${field}.${end}`}
              value={textAt(between, end) ?? ''}
              onChange={(length) => onChange(withField(between, end, length))}
            />
          ))}
    </>
  );
}

/** When events count: the window, and the dates between which they lie. */
export function TimesFields({ field, value, onChange }: FieldProps<Form>) {
  const t = useMessages(builderMessages);
  const isFaulty = useIsFaulty();
  const [areDatesOpen, setDatesOpen] = useState('after' in value || 'before' in value);
  const toggle = (isOpen: boolean): void => {
    setDatesOpen(isOpen);
    if (!isOpen) onChange(withField(withField(value, 'after', undefined), 'before', undefined));
  };
  return (
    <>
      <WindowField
        field={`${field}.within`}
        value={value['within']}
        onChange={(window) => onChange(withField(value, 'within', window))}
      />
      <Checkbox
        mt={32}
        size="sm"
        label={t.dates}
        checked={areDatesOpen}
        onChange={(event) => toggle(event.currentTarget.checked)}
      />
      {areDatesOpen
        ? (['after', 'before'] as const).map((end) => (
            <TextInput
              key={end}
              className="narrow"
              label={t[`date_${end}`]}
              placeholder="2026-03-01"
              value={textAt(value, end) ?? ''}
              onChange={(event) => onChange(withField(value, end, event.currentTarget.value.trim() || undefined))}
              error={isFaulty(`${field}.${end}`) ? t.dateMalformed : undefined}
            />
          ))
        : null}
    </>
  );
}
