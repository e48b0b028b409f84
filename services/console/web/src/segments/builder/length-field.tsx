import { NativeSelect, TextInput } from '@mantine/core';
import { UNITS } from '@hilo/behaviour/version-2/forms';
import { useMessages } from '../../language/language.tsx';
import { lengthFields, type Unit } from '../domain/length.ts';
import { languageMessages } from '../domain/messages.ts';
import { type FieldProps, useIsFaulty } from './builder-context.tsx';
import { builderMessages } from './messages.ts';

/** Units of a length between steps, which has no place in a calendar. */
export const STEP_UNITS: readonly Unit[] = ['s', 'm', 'h', 'd', 'w'];

interface LengthFieldProps extends FieldProps<string> {
  readonly label: string;
  readonly units?: readonly Unit[];
}

/** A length of time in a condition. */
export function LengthField({ field, ...props }: LengthFieldProps) {
  const t = useMessages(builderMessages);
  const isFaulty = useIsFaulty();
  const fault = /^[1-9]\d*$/.test(lengthFields(props.value).amount) ? t.lengthWrong : t.lengthMalformed;
  return <LengthInputs {...props} error={isFaulty(field) ? fault : undefined} />;
}

interface LengthInputsProps extends Omit<LengthFieldProps, 'field'> {
  readonly error?: string | undefined;
}

/** A length of time: a number and a unit. */
export function LengthInputs({ label, value, units = UNITS, error, onChange }: LengthInputsProps) {
  const t = useMessages(builderMessages);
  const words = useMessages(languageMessages);
  const { amount, unit } = lengthFields(value);
  return (
    <>
      <TextInput
        w={90}
        label={label}
        inputMode="numeric"
        value={amount}
        onChange={(event) => onChange(`${event.currentTarget.value.trim()}${unit}`)}
        error={error}
      />
      <NativeSelect
        w={120}
        label={t.unit}
        value={unit}
        onChange={(event) => onChange(`${amount}${event.currentTarget.value}`)}
        data={units.map((one) => ({ value: one, label: words[`unit_${one}`](Number(amount)) }))}
      />
    </>
  );
}

interface OptionalLengthProps extends FieldProps<string | undefined> {
  readonly label: string;
  /** Without a length. */
  readonly none: string;
  /** With one. */
  readonly some: string;
  readonly units?: readonly Unit[];
}

/** A length of time, or none. */
export function OptionalLength({ label, none, some, field, value, units, onChange }: OptionalLengthProps) {
  const t = useMessages(builderMessages);
  return (
    <>
      <NativeSelect
        className="narrow"
        label={label}
        value={value === undefined ? '' : 'some'}
        onChange={(event) => onChange(event.currentTarget.value === '' ? undefined : '3d')}
        data={[
          { value: '', label: none },
          { value: 'some', label: some },
        ]}
      />
      {value === undefined ? null : (
        <LengthField label={t.amount} field={field} value={value} onChange={onChange} {...(units ? { units } : {})} />
      )}
    </>
  );
}
