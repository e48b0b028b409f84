import type { JsonText } from '../../document/json-text.ts';
import { anyAt } from '../../document/path.ts';
import type { Zone } from '../../time/zone.ts';
import type { EventSelector, EventTest, PropertyTest } from '../condition.ts';
import type { ProfileEvent } from '../model.ts';
import { type FixedTest, fixedTest, pathOf } from './value-test.ts';

/** Tests an event's properties. Throws `SyntaxError` for text that is not JSON. */
export type PropertiesTest = (properties: JsonText) => boolean;

/**
 * The compiled tests of an event, all of which must pass; null: every event passes, without a look at its properties.
 * Throws a `RangeError` for tests that depend on more than the event: `fixedPart` leaves them out.
 */
export function propertiesTest(where: readonly EventTest[] | undefined, zone: Zone): PropertiesTest | null {
  if (where === undefined || where.length === 0) return null;
  const tests = where.map((test) => eventTest(test, zone));
  return (properties) => tests.every((test) => test(properties));
}

function eventTest(test: EventTest, zone: Zone): FixedTest {
  if ('property' in test) return propertyTest(test, zone);
  const path = pathOf(test.element);
  const tests = test.where.map((one) => propertyTest(one, zone));
  return ({ exact }) => anyAt(exact, path, (element) => tests.every((one) => one({ exact: element })));
}

function propertyTest({ property, is, as }: PropertyTest, zone: Zone): FixedTest {
  const test = fixedTest(pathOf(property), is, as, zone);
  if (test === null) throw new RangeError('the test depends on more than the event: openTests asks it');
  return test;
}

/** The tests as a text: the same for tests that are equal but for their order. */
export function textOfTests(where: readonly EventTest[] | undefined): string {
  return JSON.stringify((where ?? []).map(textOfTest).sort());
}

function textOfTest(test: EventTest): string {
  if ('element' in test) return JSON.stringify([test.element, test.where.map(textOfTest).sort()]);
  return JSON.stringify([test.property, sorted(test.is), test.as ?? null]);
}

/** Names in one order, and the values of `oneOf` too; an `ignoreCase` of false is as good as none. */
function sorted(test: PropertyTest['is']): unknown {
  const entries = Object.entries(test).filter(([name, value]) => name !== 'ignoreCase' || value === true);
  const values = entries.map(([name, value]): [string, unknown] => [
    name,
    name === 'oneOf' ? (value as readonly unknown[]).map((one) => JSON.stringify(one)).sort() : value,
  ]);
  return values.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** What an event is, for the selectors. */
export type SelectedEvent = Pick<ProfileEvent, 'type' | 'event' | 'name'>;

/** Things asked for by selectors of events: finds those that an event concerns, in a time that does not grow with all. */
export class SelectorIndex<T> {
  readonly #named = new Map<string, T[]>();
  readonly #beginnings = new Map<string, T[]>();
  readonly #typed = new Map<string, T[]>();
  readonly #any: T[] = [];

  add(selector: EventSelector, thing: T): void {
    if (typeof selector === 'string') push(this.#named, selector, thing);
    else if ('startsWith' in selector) push(this.#beginnings, selector.startsWith, thing);
    else if ('any' in selector) this.#any.push(thing);
    else push(this.#typed, typeKey(selector.type, selector.name ?? null), thing);
  }

  /** Those whose selector means the event. */
  matching(event: SelectedEvent): readonly T[] {
    if (event.type === 'track') return this.#matchingTrack(event.event ?? '');
    const found = [...(this.#typed.get(typeKey(event.type, null)) ?? [])];
    if (event.name !== null) found.push(...(this.#typed.get(typeKey(event.type, event.name)) ?? []));
    if (event.type === 'page' || event.type === 'screen') found.push(...this.#any);
    return found;
  }

  #matchingTrack(event: string): readonly T[] {
    const named = this.#named.get(event) ?? NOTHING;
    if (this.#beginnings.size === 0 && this.#any.length === 0) return named as readonly T[];
    const found = [...(named as readonly T[]), ...this.#any];
    for (const [beginning, things] of this.#beginnings) if (event.startsWith(beginning)) found.push(...things);
    return found;
  }
}

const NOTHING: readonly unknown[] = [];

function push<T>(map: Map<string, T[]>, key: string, thing: T): void {
  const things = map.get(key);
  if (things === undefined) map.set(key, [thing]);
  else things.push(thing);
}

function typeKey(type: string, name: string | null): string {
  return name === null ? type : `${type} ${name}`;
}
