import { type JsonNumber, readNumber } from '@hilo/exact-json';
import { type Condition, type CountTest, LIMITS, type PropertyTest, type Scalar, type ValueTest } from './condition.ts';
import type {
  CountDraft,
  DidDraft,
  Draft,
  GroupDraft,
  ScalarDraft,
  TestDraft,
  WhereDraft,
  WithinDraft,
} from './draft.ts';

/** What is wrong with a place of a draft. */
export type DraftFaultCode =
  | 'path-empty'
  | 'path-malformed'
  | 'event-empty'
  | 'value-empty'
  | 'value-no-number'
  | 'values-none'
  | 'values-too-many'
  | 'count-malformed'
  | 'within-malformed'
  | 'group-empty'
  | 'too-deep'
  | 'too-many';

/** A fault with its place: a node's (or property test's) id, and the part of it. */
export interface DraftFault {
  readonly id: string;
  readonly part: 'path' | 'value' | 'event' | 'count' | 'within' | 'node';
  readonly code: DraftFaultCode;
}

/** The condition that a draft stands for, or all that keeps it from being one. */
export type ConditionResult =
  | { readonly kind: 'condition'; readonly condition: Condition }
  | { readonly kind: 'faults'; readonly faults: readonly DraftFault[] };

/** A name, or names with dots between; a backslash escapes a dot or itself. */
const PATH = /^(?:[^.\\]|\\[.\\])+(?:\.(?:[^.\\]|\\[.\\])+)*$/s;
const AMOUNT = /^[1-9]\d{0,9}$/;
const TIMES = /^\d{1,5}$/;

/** Reads a draft. The server decides: it also checks lengths of texts and windows. */
export function conditionOf(draft: Draft): ConditionResult {
  const reader = new DraftReader();
  const condition = reader.node(draft, 1);
  if (reader.leaves > LIMITS.conditions) reader.fault(draft.id, 'node', 'too-many');
  return reader.faults.length === 0 ? { kind: 'condition', condition } : { kind: 'faults', faults: reader.faults };
}

/** Walks the draft once and collects faults; what it gives for a faulty place is not used. */
class DraftReader {
  readonly faults: DraftFault[] = [];
  leaves = 0;

  fault(id: string, part: DraftFault['part'], code: DraftFaultCode): void {
    this.faults.push({ id, part, code });
  }

  node(draft: Draft, depth: number): Condition {
    const innerDepth = depth + draft.nots;
    if (innerDepth > LIMITS.depth) this.fault(draft.id, 'node', 'too-deep');
    let condition = this.#bare(draft, innerDepth);
    for (let not = 0; not < draft.nots; not++) condition = { not: condition };
    return condition;
  }

  #bare(draft: Draft, depth: number): Condition {
    if (draft.kind === 'group') return this.#group(draft, depth);
    this.leaves++;
    if (draft.kind === 'did') return this.#did(draft);
    return { trait: this.#path(draft), is: this.#test(draft.id, draft.test) };
  }

  #group({ id, match, members }: GroupDraft, depth: number): Condition {
    if (members.length === 0) this.fault(id, 'node', 'group-empty');
    const read = members.map((member) => this.node(member, depth + 1));
    return match === 'all' ? { all: read } : { any: read };
  }

  #did({ id, event, where, count, within }: DidDraft): Condition {
    if (event === '') this.fault(id, 'event', 'event-empty');
    return {
      did: event,
      ...(where.length === 0 ? {} : { where: where.map((one) => this.#where(one)) }),
      ...(count === null ? {} : { count: this.#count(id, count) }),
      ...(within === null ? {} : { within: this.#within(id, within) }),
    };
  }

  #where(where: WhereDraft): PropertyTest {
    this.leaves++;
    return { property: this.#path(where), is: this.#test(where.id, where.test) };
  }

  #path({ id, path }: { readonly id: string; readonly path: string }): string {
    if (path === '') this.fault(id, 'path', 'path-empty');
    else if (!PATH.test(path)) this.fault(id, 'path', 'path-malformed');
    return path;
  }

  #count(id: string, { operator, times }: CountDraft): CountTest {
    const bound = Number(times);
    if (!TIMES.test(times) || bound > LIMITS.count) this.fault(id, 'count', 'count-malformed');
    return { [operator]: bound } as unknown as CountTest;
  }

  #within(id: string, { amount, unit }: WithinDraft): string {
    if (!AMOUNT.test(amount)) this.fault(id, 'within', 'within-malformed');
    return `${amount}${unit}`;
  }

  #test(id: string, { operator, values }: TestDraft): ValueTest {
    if (operator === 'exists' || operator === 'missing') return { exists: operator === 'exists' };
    if (operator === 'oneOf') {
      if (values.length === 0) this.fault(id, 'value', 'values-none');
      if (values.length > LIMITS.oneOf) this.fault(id, 'value', 'values-too-many');
      return { oneOf: values.map((value) => this.#scalar(id, value)) };
    }
    const value = values[0] ?? { kind: 'text', text: '' };
    if (operator === 'eq') return { eq: this.#scalar(id, value) };
    if (operator === 'ne') return { ne: this.#scalar(id, value) };
    return { [operator]: this.#number(id, value.text) } as unknown as ValueTest;
  }

  /** A text may be empty; a number may not. */
  #scalar(id: string, { kind, text }: ScalarDraft): Scalar {
    if (kind === 'text') return text;
    return kind === 'boolean' ? text === 'true' : this.#number(id, text);
  }

  /** People can write a number as they like; one in JSON's notation keeps its digits. */
  #number(id: string, text: string): JsonNumber {
    const written = text.trim();
    const value = readNumber(written) ?? Number(written);
    if (written === '') this.fault(id, 'value', 'value-empty');
    else if (typeof value === 'number' && !Number.isFinite(value)) this.fault(id, 'value', 'value-no-number');
    return value;
  }
}
