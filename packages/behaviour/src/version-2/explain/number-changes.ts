import type { AggregateCondition, NumberTest } from '../condition.ts';
import { decimalOfUnits, unitsOfBound } from '../stream/scalar-text.ts';
import type { Totals } from '../stream/totals.ts';
import type { Relation } from './explanation.ts';

/** A number that one more event would need to have, and how exact that is. */
export interface NumberWanted {
  readonly relation: Relation;
  readonly number: string;
  /** One number that stands so. */
  readonly example: string;
}

/** An aggregate whose next value follows from one more number. */
type Form = 'sum' | 'avg' | 'min' | 'max';

type Bound = Parameters<typeof unitsOfBound>[0];

/**
 * Numbers of one more event by which the aggregate could pass its test, or no longer pass it. Not each of them does: the smallest
 * stays the smallest.
 */
export function numbersWanted(
  leaf: AggregateCondition,
  totals: Totals | null,
  holds: boolean,
): readonly NumberWanted[] {
  const form: Form = 'sum' in leaf ? 'sum' : 'avg' in leaf ? 'avg' : 'min' in leaf ? 'min' : 'max';
  return (holds ? leaving(leaf.is) : reaching(leaf.is)).map(({ relation, units }) => {
    const number = numberFor(form, totals, units);
    const step = relation === 'more_than' ? 1n : relation === 'less_than' || relation === 'not' ? -1n : 0n;
    // A mean moves by a part of what is added.
    const moved = form === 'avg' ? step * BigInt((totals?.count ?? 0) + 1) : step;
    return { relation, number: decimalOfUnits(number), example: decimalOfUnits(number + moved) };
  });
}

/** What one more event must have for the aggregate to be so large. */
function numberFor(form: Form, totals: Totals | null, units: bigint): bigint {
  if (form === 'sum') return units - (totals?.sum ?? 0n);
  return form === 'avg' ? units * BigInt((totals?.count ?? 0) + 1) - (totals?.sum ?? 0n) : units;
}

interface Wanted {
  readonly relation: Relation;
  readonly units: bigint;
}

/** How the number must stand to pass. */
function reaching(test: NumberTest): readonly Wanted[] {
  return Object.entries(test).flatMap(([operator, value]): readonly Wanted[] => {
    if (operator === 'between') {
      const [from, to] = (value as readonly Bound[]).map(unitsOfBound) as [bigint, bigint];
      return [
        { relation: 'exactly', units: from },
        { relation: 'exactly', units: to },
      ];
    }
    return [{ relation: RELATIONS[operator] as Relation, units: unitsOfBound(value as Bound) }];
  });
}

/** How the number must stand to pass no longer. */
function leaving(test: NumberTest): readonly Wanted[] {
  return Object.entries(test).flatMap(([operator, value]): readonly Wanted[] => {
    if (operator === 'between') {
      const [from, to] = (value as readonly Bound[]).map(unitsOfBound) as [bigint, bigint];
      return [
        { relation: 'more_than', units: to },
        { relation: 'less_than', units: from },
      ];
    }
    return [{ relation: OPPOSITES[RELATIONS[operator] as Relation], units: unitsOfBound(value as Bound) }];
  });
}

const RELATIONS: Readonly<Record<string, Relation>> = {
  ...{ eq: 'exactly', ne: 'not', gt: 'more_than', gte: 'at_least', lt: 'less_than', lte: 'at_most' },
};

const OPPOSITES: Readonly<Record<Relation, Relation>> = {
  ...{ exactly: 'not', not: 'exactly' },
  ...{ more_than: 'at_most', at_least: 'less_than', less_than: 'at_least', at_most: 'more_than' },
};
