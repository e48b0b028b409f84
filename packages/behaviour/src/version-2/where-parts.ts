import type { EventTest, PropertyTest } from './condition.ts';

/** Operators that compare with the moment of the question. */
const RELATIVE: readonly string[] = ['withinLast', 'withinNext', 'anniversary'];

/** True if a test depends on more than the event: on a trait, or on the moment of the question. */
function isOpen({ is }: PropertyTest): boolean {
  return Object.entries(is as Readonly<Record<string, unknown>>).some(
    ([operator, value]) =>
      RELATIVE.includes(operator) || (typeof value === 'object' && value !== null && 'trait' in value),
  );
}

/** The tests that depend on more than the event, with all that one and the same element must pass. */
export function openPart(where: readonly EventTest[] = []): readonly EventTest[] {
  return where.filter((test) => ('element' in test ? test.where.some(isOpen) : isOpen(test)));
}

/**
 * What the event alone decides: an event that fails it never counts. The bound of a series counts the events that pass it. Of a
 * test of an element, only what is left without the parts that depend on more.
 */
export function fixedPart(where: readonly EventTest[] = []): readonly EventTest[] {
  return where.flatMap((test): readonly EventTest[] => {
    if (!('element' in test)) return isOpen(test) ? [] : [test];
    const fixed = test.where.filter((one) => !isOpen(one));
    return fixed.length === 0 ? [] : [{ element: test.element, where: fixed }];
  });
}

/** The parts of a test of an element that depend on more than the event, and the others. */
export function partsOf(where: readonly PropertyTest[]): {
  readonly open: readonly PropertyTest[];
  readonly fixed: readonly PropertyTest[];
} {
  return { open: where.filter(isOpen), fixed: where.filter((test) => !isOpen(test)) };
}

/** Paths of the traits that the tests compare with. */
export function traitsIn(where: readonly EventTest[] = []): readonly string[] {
  return where.flatMap((test) => ('element' in test ? test.where.flatMap(traitsOf) : traitsOf(test)));
}

function traitsOf({ is }: PropertyTest): readonly string[] {
  return Object.values(is as Readonly<Record<string, unknown>>).flatMap((value) =>
    typeof value === 'object' && value !== null && 'trait' in value ? [value.trait as string] : [],
  );
}
