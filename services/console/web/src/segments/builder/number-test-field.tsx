import { NUMBER_OPERATORS } from '@hilo/behaviour/version-2/forms';
import { NativeSelect, TextInput } from '@mantine/core';
import { useMessages } from '../../language/language.tsx';
import { type Form, TypedNumber } from '../domain/draft.ts';
import { languageMessages } from '../domain/messages.ts';
import { fieldText } from '../domain/value-test.ts';
import { type FieldProps, useIsFaulty } from './builder-context.tsx';
import { builderMessages } from './messages.ts';

type Operator = (typeof NUMBER_OPERATORS)[number];

/** In the order in which they are offered. */
const OPERATORS: readonly Operator[] = ['gte', 'eq', 'lte', 'gt', 'lt', 'between', 'ne'];

/** How often; undefined: at least once. */
export function CountField({ field, value, onChange }: FieldProps<Form | undefined>) {
  const t = useMessages(builderMessages);
  const words = useMessages(languageMessages);
  return (
    <>
      <NativeSelect
        className="narrow"
        label={t.howOften}
        value={value === undefined ? '' : operatorOf(value)}
        onChange={(event) => {
          const operator = OPERATORS.find((one) => one === event.currentTarget.value);
          onChange(operator === undefined ? undefined : withOperator(value ?? { gte: new TypedNumber('2') }, operator));
        }}
        data={[
          { value: '', label: t.atLeastOnce },
          ...OPERATORS.map((one) => ({ value: one, label: `${words[`count_${one}`]} …` })),
        ]}
      />
      {value === undefined ? null : (
        <Bounds label={t.times} fault={t.countMalformed} field={field} value={value} onChange={onChange} />
      )}
    </>
  );
}

/** What a number made from events is compared with. */
export function NumberTestField({ field, value, onChange }: FieldProps<Form>) {
  const t = useMessages(builderMessages);
  return (
    <>
      <NativeSelect
        className="narrow"
        label={t.test}
        value={operatorOf(value)}
        onChange={(event) =>
          onChange(withOperator(value, OPERATORS.find((one) => one === event.currentTarget.value) ?? 'gte'))
        }
        data={OPERATORS.map((one) => ({ value: one, label: t[`op_${one}`] }))}
      />
      <Bounds label={t.value} fault={t.numberMalformed} field={field} value={value} onChange={onChange} />
    </>
  );
}

interface BoundsProps extends FieldProps<Form> {
  readonly label: string;
  readonly fault: string;
}

/** One number, or the two of `between`. */
export function Bounds({ label, fault, field, value, onChange }: BoundsProps) {
  const t = useMessages(builderMessages);
  const isFaulty = useIsFaulty();
  const operator = operatorOf(value);
  const place = `${field}.${operator}`;
  const bounds = boundsOf(value, operator);
  const names = bounds.length === 2 ? [`${label}: ${t.from}`, `${label}: ${t.to}`] : [label];
  const areReadable = bounds.every((bound) => /^\s*-?\d+(\.\d+)?\s*$/.test(fieldText(bound)));
  return bounds.map((bound, index) => (
    <TextInput
      // The lower and the upper bound.
      key={index}
      w={110}
      label={names[index]}
      inputMode="decimal"
      value={fieldText(bound)}
      onChange={(event) => {
        const next = bounds.with(index, new TypedNumber(event.currentTarget.value));
        onChange({ [operator]: operator === 'between' ? next : next[0] });
      }}
      error={
        !isFaulty(place) || index < bounds.length - 1
          ? undefined
          : bounds.length === 2 && areReadable
            ? t.outOfOrder
            : fault
      }
    />
  ));
}

function operatorOf(test: Form): Operator {
  return NUMBER_OPERATORS.find((one) => Object.hasOwn(test, one)) ?? 'gte';
}

function boundsOf(test: Form, operator: Operator): readonly unknown[] {
  const value = test[operator];
  if (operator !== 'between') return [value];
  return Array.isArray(value) ? (value as unknown[]) : ['', ''];
}

function withOperator(test: Form, operator: Operator): Form {
  const [first = new TypedNumber('')] = boundsOf(test, operatorOf(test));
  return { [operator]: operator === 'between' ? [first, new TypedNumber('')] : first };
}
