import type { AgeTest } from '../condition.ts';
import type { Path } from '../../document/path.ts';
import type { Zone } from '../../time/zone.ts';
import { lengthWindow } from './moving-window.ts';
import { type Evaluate, type Question, seriesOf, type SeriesName } from './question.ts';
import type { RememberedEvent } from './series.ts';
import { type ValuesTest, valuesAt } from './value-test.ts';

/** Which of a series' events. */
export type End = 'first' | 'last';

const NOTHING: readonly unknown[] = [];

/** Tests how long ago the event was; without such an event it is false. */
export function ageOf(end: End, name: SeriesName, is: AgeTest, zone: Zone): Evaluate {
  const isOlder = 'olderThan' in is;
  const { leavesAt } = lengthWindow(isOlder ? is.olderThan : is.newerThan, zone);
  return ofEvent(end, name, ({ timestampMs }, question) => {
    const edgeMs = leavesAt?.(timestampMs) ?? Number.POSITIVE_INFINITY;
    const isInside = edgeMs > question.nowMs;
    question.untilMs = isInside ? edgeMs : Number.POSITIVE_INFINITY;
    return isInside !== isOlder;
  });
}

/** Tests what stands at the series' first path of the event; without such an event, or value, it is false. */
export function propertyOf(end: End, name: SeriesName, test: ValuesTest): Evaluate {
  const traitPath = test.operand?.place === 'trait' ? test.operand.path : null;
  return ofEvent(end, name, ({ values: [values = NOTHING, others = NOTHING] }, question) => {
    if (values.length > 0)
      return test.holds(values, traitPath === null ? others : traitsAt(question, traitPath), question);
    question.untilMs = Number.POSITIVE_INFINITY;
    return false;
  });
}

/** The values of a profile's traits at a path. */
export function traitsAt({ profile }: Question, path: Path): readonly unknown[] {
  return valuesAt(profile.facts.traits.exact, path);
}

function ofEvent(end: End, name: SeriesName, test: (event: RememberedEvent, question: Question) => boolean): Evaluate {
  return (question) => {
    const event = seriesOf(question, name)[end];
    if (event !== null) return test(event, question);
    question.untilMs = Number.POSITIVE_INFINITY;
    return false;
  };
}
