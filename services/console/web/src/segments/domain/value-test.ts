import {
  CASE_OPERATORS,
  DATE_OPERATORS,
  NUMBER_OPERATORS,
  type Scalar,
  VALUE_OPERATORS,
} from '@hilo/behaviour/version-2/forms';
import { isJsonNumber } from '@hilo/exact-json';
import { type Form, TypedNumber } from './draft.ts';

/** An operator as people choose it; `missing` is `{"exists": false}`. */
export type Choice = (typeof VALUE_OPERATORS)[number] | 'missing';

/** All operators, in the order in which they are offered. */
export const CHOICES: readonly Choice[] = VALUE_OPERATORS.flatMap((one) =>
  one === 'exists' ? [one, 'missing'] : [one],
);

/** Operators that only compare numbers. */
export const ORDERED: readonly Choice[] = ['gt', 'gte', 'lt', 'lte', 'between'];

/** Operators whose value can be another path. */
const WITH_OPERAND: readonly Choice[] = NUMBER_OPERATORS.filter((one) => one !== 'between');

/** What a value is; `property` and `trait`: what stands at that path. */
export type ValueKind = 'text' | 'number' | 'boolean' | 'property' | 'trait';

/** What is tested: a trait of the profile, or a property of an event. */
export type TestPlace = 'trait' | 'property';

/** The kinds of values that an operator compares with. */
export function kindsAt(place: TestPlace, choice: Choice): readonly ValueKind[] {
  const scalars: readonly ValueKind[] = ORDERED.includes(choice) ? ['number'] : ['text', 'number', 'boolean'];
  if (!WITH_OPERAND.includes(choice)) return scalars;
  return [...scalars, ...(place === 'trait' ? (['trait'] as const) : (['property', 'trait'] as const))];
}

/** The operator of a test. */
export function choiceOf(test: Form): Choice {
  if (test['exists'] === false) return 'missing';
  return VALUE_OPERATORS.find((one) => Object.hasOwn(test, one)) ?? 'eq';
}

/** The value that an operator compares with. */
export function operandOf(test: Form): unknown {
  const choice = choiceOf(test);
  return choice === 'missing' ? undefined : test[choice];
}

/** The test with another value. */
export function withOperand(test: Form, operand: unknown): Form {
  return { ...test, [choiceOf(test)]: operand };
}

/** The test with another operator, and what fits it of its value. */
export function withChoice(test: Form, choice: Choice): Form {
  const folds = test['ignoreCase'] === true && mayFold(choice) ? { ignoreCase: true } : {};
  return { ...bareOf(choice, keptFor(choice, test)), ...folds };
}

/** Whether `ignoreCase` may stand beside the operator. */
export function mayFold(choice: Choice): boolean {
  return (CASE_OPERATORS as readonly string[]).includes(choice);
}

/** What kind of value it is. */
export function kindOf(value: unknown): ValueKind {
  if (value instanceof TypedNumber || isJsonNumber(value)) return 'number';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'object' && value !== null) return 'property' in value ? 'property' : 'trait';
  return 'text';
}

/** The value as it stands in a field. */
export function fieldText(value: unknown): string {
  if (value instanceof TypedNumber) return value.text;
  if (typeof value === 'object' && value !== null && !isJsonNumber(value)) return String(Object.values(value)[0] ?? '');
  return value === undefined ? '' : String(value as Scalar);
}

/** A value of a kind with this text. */
export function valueOf(kind: ValueKind, text: string): unknown {
  if (kind === 'number') return new TypedNumber(text);
  if (kind === 'boolean') return text !== 'false';
  return kind === 'text' ? text : { [kind]: text };
}

/** The test with a value of the kind that was seen at its path, unless a value was typed already. */
export function withSeenKind(test: Form, kind: ValueKind | undefined): Form {
  const choice = choiceOf(test);
  const isOpen = (choice === 'eq' || choice === 'ne') && fieldText(operandOf(test)) === '';
  if (kind === undefined || !isOpen || kindOf(operandOf(test)) === kind) return test;
  return withOperand(test, valueOf(kind, ''));
}

/** Texts to offer for a value of a kind, from values that were seen. */
export function suggestedTexts(kind: ValueKind, seen: readonly Scalar[]): readonly string[] {
  return [...new Set(seen.filter((value) => kindOf(value) === kind).map(fieldText))].filter((text) => text !== '');
}

/** What of a test's value another operator can begin with. */
function keptFor(choice: Choice, test: Form): unknown {
  const isDay = (one: Choice) => one === 'before' || one === 'after';
  const isDate = (one: Choice) => (DATE_OPERATORS as readonly string[]).includes(one);
  const now = choiceOf(test);
  if (isDay(now) && isDay(choice)) return operandOf(test);
  return isDate(now) || isDate(choice) ? undefined : operandOf(test);
}

function bareOf(choice: Choice, before: unknown): Form {
  const text = Array.isArray(before) ? fieldText(before[0]) : fieldText(before);
  switch (choice) {
    case 'exists':
    case 'missing':
      return { exists: choice === 'exists' };
    case 'between':
      return { between: [new TypedNumber(Number.isNaN(Number(text)) ? '' : text), new TypedNumber('')] };
    case 'oneOf':
      return { oneOf: Array.isArray(before) ? before : [before ?? ''] };
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte': {
      const isOperand = kindOf(before) === 'property' || kindOf(before) === 'trait';
      return { [choice]: isOperand ? before : new TypedNumber(kindOf(before) === 'boolean' ? '' : text) };
    }
    case 'withinLast':
    case 'withinNext':
      return { [choice]: '30d' };
    case 'anniversary':
      return { anniversary: 'today' };
    case 'eq':
    case 'ne':
      return { [choice]: Array.isArray(before) ? (before[0] ?? '') : (before ?? '') };
    default:
      return { [choice]: text };
  }
}
