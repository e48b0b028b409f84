import type { Scalar } from '@hilo/behaviour/version-2/language';
import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useMessages } from '../../language/language.tsx';
import { type Form, textAt, withField } from '../domain/draft.ts';
import {
  type Choice,
  choiceOf,
  CHOICES,
  fieldText,
  kindOf,
  mayFold,
  ORDERED,
  operandOf,
  type TestPlace,
  valueOf,
  withChoice,
  withOperand,
} from '../domain/value-test.ts';
import { type FieldProps, useIsFaulty } from './builder-context.tsx';
import { LengthField } from './length-field.tsx';
import { builderMessages } from './messages.ts';
import { Bounds } from './number-test-field.tsx';
import { ValueField } from './value-field.tsx';

interface TestFieldProps extends FieldProps<Form> {
  readonly place: TestPlace;
  /** Values that are offered. */
  readonly seen: readonly Scalar[];
}

/** Whether texts are read as numbers, which makes a difference for these operators. */
const READS_NUMBERS: readonly Choice[] = [...ORDERED, 'eq', 'ne', 'oneOf'];

interface TestOfPathProps extends Omit<TestFieldProps, 'field'> {
  /** Of the form that has `is` and `as`. */
  readonly field: string;
  /** True if it may have `as`. */
  readonly hasAs?: boolean;
}

/** The members `is` and `as` of a form: an operator, what to compare with, and how values are read. */
export function TestOfPath({ field, value, place, seen, hasAs = true, onChange }: TestOfPathProps) {
  const t = useMessages(builderMessages);
  const test = (value['is'] ?? {}) as Form;
  const isNumeric = value['as'] === 'number' || hasNumber(test);
  return (
    <>
      <ValueTestField
        field={`${field}.is`}
        value={test}
        place={place}
        seen={seen}
        onChange={(is) => onChange(withField(value, 'is', is))}
      />
      {hasAs && isNumeric && READS_NUMBERS.includes(choiceOf(test)) ? (
        <Checkbox
          mt={32}
          size="sm"
          label={t.asNumber}
          checked={value['as'] === 'number'}
          onChange={(event) => onChange(withField(value, 'as', event.currentTarget.checked ? 'number' : undefined))}
        />
      ) : null}
    </>
  );
}

function hasNumber(test: Form): boolean {
  return [operandOf(test)].flat().some((value) => kindOf(value) === 'number');
}

/** An operator, and what to compare with. */
function ValueTestField(props: TestFieldProps) {
  const { value: test, onChange } = props;
  const t = useMessages(builderMessages);
  const choice = choiceOf(test);
  return (
    <>
      <NativeSelect
        className="narrow"
        label={t.test}
        value={choice}
        onChange={(event) =>
          onChange(withChoice(test, CHOICES.find((one) => one === event.currentTarget.value) ?? 'eq'))
        }
        data={CHOICES.map((one) => ({ value: one, label: t[`op_${one}`] }))}
      />
      <Operand {...props} choice={choice} />
      {mayFold(choice) &&
      [operandOf(test)].flat().some((value) => kindOf(value) !== 'number' && value !== true && value !== false) ? (
        <Checkbox
          mt={32}
          size="sm"
          label={t.ignoreCase}
          checked={test['ignoreCase'] === true}
          onChange={(event) => onChange(withField(test, 'ignoreCase', event.currentTarget.checked || undefined))}
        />
      ) : null}
    </>
  );
}

function Operand({ field, value: test, place, seen, choice, onChange }: TestFieldProps & { readonly choice: Choice }) {
  const t = useMessages(builderMessages);
  const isFaulty = useIsFaulty();
  const operand = operandOf(test);
  const at = `${field}.${choice}`;
  switch (choice) {
    case 'exists':
    case 'missing':
      return null;
    case 'between':
      return <Bounds label={t.value} fault={t.numberMalformed} field={field} value={test} onChange={onChange} />;
    case 'oneOf':
      return <Values field={at} value={test} place={place} seen={seen} onChange={onChange} />;
    case 'withinLast':
    case 'withinNext':
      return (
        <LengthField
          label={t.amount}
          field={at}
          value={String(operand)}
          onChange={(length) => onChange(withOperand(test, length))}
        />
      );
    case 'anniversary':
      return <Anniversary field={at} value={operand} onChange={(next) => onChange(withOperand(test, next))} />;
    case 'before':
    case 'after':
      return (
        <TextInput
          className="narrow"
          label={t.date}
          placeholder="2026-03-01"
          value={fieldText(operand)}
          onChange={(event) => onChange(withOperand(test, event.currentTarget.value.trim()))}
          error={isFaulty(at) ? t.dateMalformed : undefined}
        />
      );
    case 'matches':
      return (
        <TextInput
          className="wide"
          label={t.pattern}
          value={fieldText(operand)}
          maxLength={500}
          spellCheck={false}
          onChange={(event) => onChange(withOperand(test, event.currentTarget.value))}
          error={isFaulty(at) ? t.patternMalformed : undefined}
        />
      );
    default:
      return (
        <ValueField
          field={at}
          value={operand}
          place={place}
          choice={choice}
          seen={seen}
          onChange={(next) => onChange(withOperand(test, next))}
        />
      );
  }
}

/** The values of `oneOf`. */
function Values({ field, value: test, place, seen, onChange }: TestFieldProps) {
  const t = useMessages(builderMessages);
  const isFaulty = useIsFaulty();
  const operand = operandOf(test);
  const values = Array.isArray(operand) ? (operand as readonly unknown[]) : [];
  const set = (next: readonly unknown[]) => onChange(withOperand(test, next));
  return (
    <div className="wide">
      {values.map((value, index) => (
        <ValueField
          // Values have no names: their places tell them apart.
          key={index}
          field={`${field}[${index}]`}
          value={value}
          place={place}
          choice="oneOf"
          seen={seen}
          onChange={(next) => set(values.with(index, next))}
          remove={() => set(values.toSpliced(index, 1))}
        />
      ))}
      <Button
        size="xs"
        variant="default"
        mt="xs"
        onClick={() => {
          const kind = values.length === 0 ? 'text' : kindOf(values.at(-1));
          set([...values, valueOf(kind, '')]);
        }}
      >
        {t.addValue}
      </Button>
      {values.length === 0 && isFaulty(field) ? <p className="node-fault">{t.valuesNone}</p> : null}
    </div>
  );
}

const RETURNS = ['today', 'withinNext', 'withinLast'] as const;

function Anniversary({ field, value, onChange }: FieldProps) {
  const t = useMessages(builderMessages);
  const form = typeof value === 'object' && value !== null ? (value as Form) : {};
  const choice = RETURNS.find((one) => one in form) ?? 'today';
  return (
    <>
      <NativeSelect
        className="narrow"
        label={t.anniversary}
        value={choice}
        onChange={(event) => {
          const wanted = RETURNS.find((one) => one === event.currentTarget.value) ?? 'today';
          onChange(wanted === 'today' ? 'today' : { [wanted]: '7d' });
        }}
        data={RETURNS.map((one) => ({ value: one, label: t[`anniversary_${one}`] }))}
      />
      {choice === 'today' ? null : (
        <LengthField
          label={t.amount}
          field={`${field}.${choice}`}
          value={textAt(form, choice) ?? ''}
          onChange={(length) => onChange({ [choice]: length })}
        />
      )}
    </>
  );
}
