import { type Condition, isObject, notEvaluated, type Problem, readCondition } from '@hilo/behaviour/version-2/forms';
import { readNumber } from '@hilo/exact-json';
import { type Draft, TypedNumber } from './draft.ts';

/** The condition that a draft stands for, or all that keeps it from being one: the first 20 faults, with their places. */
export type ConditionResult =
  | { readonly kind: 'condition'; readonly condition: Condition }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

/** Reads a draft as the service does. */
export function conditionOf(draft: Draft): ConditionResult {
  return savable(jsonOf(draft));
}

/** Reads JSON as a condition that can be saved. */
export function savable(json: unknown): ConditionResult {
  const read = readCondition(json);
  if (read.kind === 'problems') return read;
  const problems = notEvaluated(read.condition);
  return problems.length === 0 ? read : { kind: 'problems', problems };
}

/** Whether two conditions are written alike. */
export function sameCondition(one: Condition, other: Condition): boolean {
  return JSON.stringify(inOrder(one)) === JSON.stringify(inOrder(other));
}

/** The JSON of a draft, whatever is wrong with it. */
function jsonOf(draft: Draft): unknown {
  let json: unknown = draft.kind === 'group' ? { [draft.match]: draft.members.map(jsonOf) } : withNumbers(draft.json);
  for (let not = 0; not < draft.nots; not++) json = { not: json };
  return json;
}

/** With numbers for texts that are numbers; other texts stay what they are, which is a fault at their place. */
function withNumbers(value: unknown): unknown {
  if (value instanceof TypedNumber) return numberOf(value) ?? value;
  if (Array.isArray(value)) return value.map(withNumbers);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withNumbers(inner)]));
}

/** People can write a number as they like; one in JSON's notation keeps its digits. */
function numberOf({ text }: TypedNumber): unknown {
  const written = text.trim();
  const read = readNumber(written);
  if (read !== null || written === '') return read;
  const value = Number(written);
  return Number.isFinite(value) ? value : null;
}

/** A value with the names of its fields in order. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (!isObject(value)) return value;
  const sorted = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, inner]) => [name, inOrder(inner)]));
}
