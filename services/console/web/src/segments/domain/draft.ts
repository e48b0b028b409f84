import { isJsonNumber } from '@hilo/exact-json';
import type { CountOperator, Scalar, Unit } from './condition.ts';

/** A condition while it is being written: any field may still be empty or wrong. */
export type Draft = TraitDraft | DidDraft | GroupDraft;

interface Node {
  /** Names the node as long as it is edited. */
  readonly id: string;
  /** How often it is negated; more than once only in a definition from elsewhere. */
  readonly nots: number;
}

/** A test of a trait, being written. */
export interface TraitDraft extends Node {
  readonly kind: 'trait';
  readonly path: string;
  readonly test: TestDraft;
}

/** An event done, being written. */
export interface DidDraft extends Node {
  readonly kind: 'did';
  readonly event: string;
  readonly where: readonly WhereDraft[];
  /** Null: at least once. */
  readonly count: CountDraft | null;
  /** Null: however long ago. */
  readonly within: WithinDraft | null;
}

/** Conditions of which all or any must hold, being written. */
export interface GroupDraft extends Node {
  readonly kind: 'group';
  readonly match: 'all' | 'any';
  readonly members: readonly Draft[];
}

/** A test of an event's property, being written. */
export interface WhereDraft {
  readonly id: string;
  readonly path: string;
  readonly test: TestDraft;
}

/** How often, being written. */
export interface CountDraft {
  readonly operator: CountOperator;
  readonly times: string;
}

/** Within which time, being written. */
export interface WithinDraft {
  readonly amount: string;
  readonly unit: Unit;
}

/** Operators of a test as people choose them; `missing` is `{"exists": false}`. */
export const TEST_OPERATORS = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'oneOf', 'exists', 'missing'] as const;

/** An operator of a test as people choose it. */
export type TestOperator = (typeof TEST_OPERATORS)[number];

/** A test of a value, being written. `values` is of one value but for `oneOf`; `exists` and `missing` ignore it. */
export interface TestDraft {
  readonly operator: TestOperator;
  readonly values: readonly ScalarDraft[];
}

/** A value to compare with, being written: the text `5` is another value than the number. */
export interface ScalarDraft {
  readonly kind: 'text' | 'number' | 'boolean';
  readonly text: string;
}

/** Makes names for nodes; each is new. */
export type NewId = () => string;

/** Names that count up. */
export function countingIds(prefix = 'n'): NewId {
  let last = 0;
  return () => `${prefix}${++last}`;
}

/** A value as a draft. */
export function scalarDraft(value: Scalar): ScalarDraft {
  if (typeof value === 'string') return { kind: 'text', text: value };
  return { kind: isJsonNumber(value) ? 'number' : 'boolean', text: String(value) };
}

/** A trait's test with nothing in it yet. */
export function newTrait(newId: NewId): TraitDraft {
  return { id: newId(), nots: 0, kind: 'trait', path: '', test: newTest() };
}

/** An event with nothing in it yet. */
export function newDid(newId: NewId): DidDraft {
  return { id: newId(), nots: 0, kind: 'did', event: '', where: [], count: null, within: null };
}

/** A group that begins with an event. */
export function newGroup(newId: NewId, match: 'all' | 'any'): GroupDraft {
  return { id: newId(), nots: 0, kind: 'group', match, members: [newDid(newId)] };
}

/** A property's test with nothing in it yet. */
export function newWhere(newId: NewId): WhereDraft {
  return { id: newId(), path: '', test: newTest() };
}

function newTest(): TestDraft {
  return { operator: 'eq', values: [{ kind: 'text', text: '' }] };
}

/** The tree with the node of the same id replaced; unchanged nodes stay the same objects. */
export function withNode(tree: Draft, node: Draft): Draft {
  if (tree.id === node.id) return node;
  if (tree.kind !== 'group') return tree;
  const members = tree.members.map((member) => withNode(member, node));
  return members.every((member, index) => member === tree.members[index]) ? tree : { ...tree, members };
}

/** The tree without the node of an id; the root stays. */
export function withoutNode(tree: Draft, id: string): Draft {
  if (tree.kind !== 'group') return tree;
  const members = tree.members.filter((member) => member.id !== id).map((member) => withoutNode(member, id));
  const same = members.length === tree.members.length && members.every((one, index) => one === tree.members[index]);
  return same ? tree : { ...tree, members };
}
