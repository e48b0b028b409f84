import { type Condition, notEvaluated } from '@hilo/behaviour/version-2/forms';
import { type Form, TypedNumber } from './draft.ts';

const number = (text = ''): TypedNumber => new TypedNumber(text);

/** Kinds of conditions that people choose from, and each with nothing in it yet. */
const BLANKS = {
  event: { did: '' },
  trait: { trait: '', is: { eq: '' } },
  number: { sum: '', of: '', is: { gte: number() } },
  oneEvent: { last: '', is: { olderThan: '30d' } },
  sequence: { sequence: [{ did: '' }, { did: '', within: '3d' }] },
  regular: { regular: '', periods: { every: '1w', atLeast: number('3'), of: number('4') } },
  segment: { in: '' },
  list: { list: '' },
  share: { randomBucket: { from: number('0'), to: number('0.1'), salt: '' } },
} as const satisfies Readonly<Record<string, Form>>;

/** A kind of condition, as people choose it. */
export type LeafKind = keyof typeof BLANKS;

/** The kinds that can be saved. */
export const LEAF_KINDS: readonly LeafKind[] = (Object.keys(BLANKS) as LeafKind[]).filter((kind) =>
  isEvaluated(BLANKS[kind]),
);

/** A condition of the kind with nothing in it yet. */
export function blankOf(kind: LeafKind): Form {
  return BLANKS[kind];
}

/** Whether the stream evaluates the form, whatever stands in its fields. */
function isEvaluated(form: Form): boolean {
  return notEvaluated(form as unknown as Condition).length === 0;
}
