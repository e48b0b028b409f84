import type { Condition } from '@hilo/behaviour/version-2/language';

/** A form of the language while it is being written: its JSON, in which a number may be a `TypedNumber`. */
export type Form = Readonly<Record<string, unknown>>;

/** A condition while it is being written: any field may still be empty or wrong. */
export type Draft = GroupDraft | LeafDraft;

interface Node {
  /** Names the node as long as it is edited. */
  readonly id: string;
  /** How often it is negated; more than once only in a definition from elsewhere. */
  readonly nots: number;
}

/** Conditions of which all or any must hold, being written. */
export interface GroupDraft extends Node {
  readonly kind: 'group';
  readonly match: 'all' | 'any';
  readonly members: readonly Draft[];
}

/** Any other condition, being written. */
export interface LeafDraft extends Node {
  readonly kind: 'leaf';
  readonly json: Form;
}

/** A number while it is typed: any text. */
export class TypedNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** The form with another value of a field; undefined takes the field out. */
export function withField(form: Form, name: string, value: unknown): Form {
  const { [name]: _before, ...others } = form;
  return value === undefined ? others : { ...form, [name]: value };
}

/** A field of the form that is itself a form; empty if it is none. */
export function formAt(form: Form, name: string): Form {
  const value = form[name];
  return typeof value === 'object' && value !== null ? (value as Form) : {};
}

/** A field of the form that is a list of forms. */
export function formsAt(form: Form, name: string): readonly Form[] {
  const value = form[name];
  return Array.isArray(value) ? (value as readonly Form[]) : [];
}

/** A field of the form that is a text; undefined if it is none. */
export function textAt(form: Form, name: string): string | undefined {
  const value = form[name];
  return typeof value === 'string' ? value : undefined;
}

/** Makes names for nodes; each is new. */
export type NewId = () => string;

/** Names that count up. */
export function countingIds(prefix = 'n'): NewId {
  let last = 0;
  return () => `${prefix}${++last}`;
}

/** A leaf of this JSON. */
export function newLeaf(newId: NewId, json: Form): LeafDraft {
  return { id: newId(), nots: 0, kind: 'leaf', json };
}

/** A group of these members. */
export function newGroup(newId: NewId, match: 'all' | 'any', members: readonly Draft[]): GroupDraft {
  return { id: newId(), nots: 0, kind: 'group', match, members };
}

/** A condition as a draft. `conditionOf` returns exactly the same condition. */
export function draftOf(condition: Condition, newId: NewId): Draft {
  if ('not' in condition) {
    const inner = draftOf(condition.not, newId);
    return { ...inner, nots: inner.nots + 1 };
  }
  if ('all' in condition || 'any' in condition) {
    const [match, members] = 'all' in condition ? (['all', condition.all] as const) : (['any', condition.any] as const);
    return newGroup(
      newId,
      match,
      members.map((member) => draftOf(member, newId)),
    );
  }
  return newLeaf(newId, condition);
}
