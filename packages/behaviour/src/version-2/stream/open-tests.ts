import { compareNumbers, type JsonNumber, readNumber } from '@hilo/exact-json';
import type { JsonText } from '../../document/json-text.ts';
import { anyAt, type Path } from '../../document/path.ts';
import type { Zone } from '../../time/zone.ts';
import type { EventTest, PropertyTest } from '../condition.ts';
import { foldCase } from '../fold-case.ts';
import { openPart, partsOf } from '../where-parts.ts';
import { dateOf, relativeDateTest } from './date-test.ts';
import { scalarText } from './scalar-text.ts';
import { type AskedAt, fixedTest, numberIfText, orderTestOf, pathOf, valuesAt, valuesTest } from './value-test.ts';

/**
 * What is remembered of an event for the tests that depend on more than the event: for each test, for each element that can
 * pass it, and for each part of the test, a text for each value.
 */
export type OpenValues = readonly (readonly (readonly (readonly string[])[])[])[];

/** Tests of an event that a trait or the moment decides, so that each question asks them anew. */
export interface OpenTests {
  /** What must be remembered of the event. Throws `SyntaxError` for text that is not JSON. */
  valuesOf(properties: JsonText): OpenValues;
  /** The tests for a profile's traits and a moment. `asked.untilMs` falls to when an answer changes by time. */
  at(traits: unknown, asked: AskedAt): (values: OpenValues) => boolean;
}

/** The tests of `where` that depend on more than the event; null: there are none. */
export function openTests(where: readonly EventTest[] | undefined, zone: Zone): OpenTests | null {
  const tests = openPart(where).map((test) => openTest(test, zone));
  if (tests.length === 0) return null;
  return {
    valuesOf: ({ exact }) => tests.map(({ elementsOf }) => elementsOf(exact)),
    at(traits, asked) {
      const parts = tests.map((test) => test.parts.map((part) => part.at(traits, asked)));
      return (values) =>
        parts.every((passes, index) =>
          (values[index] ?? []).some((element) => passes.every((one, part) => one(element[part] ?? []))),
        );
    },
  };
}

interface OpenTest {
  /** For each element that passes what the event alone decides, the texts for each part. */
  elementsOf(properties: unknown): readonly (readonly (readonly string[])[])[];
  readonly parts: readonly Part[];
}

function openTest(test: EventTest, zone: Zone): OpenTest {
  if (!('element' in test)) {
    const part = partOf(test, zone);
    return { parts: [part], elementsOf: (properties) => [[part.textsOf(properties)]] };
  }
  const path = pathOf(test.element);
  const { open, fixed } = partsOf(test.where);
  const passes = fixed.map(({ property, is, as }) => fixedTest(pathOf(property), is, as, zone));
  const parts = open.map((one) => partOf(one, zone));
  return {
    parts,
    elementsOf(properties) {
      const elements: (readonly (readonly string[])[])[] = [];
      anyAt(properties, path, (element) => {
        if (passes.every((one) => one?.({ exact: element }))) elements.push(parts.map((part) => part.textsOf(element)));
        return false;
      });
      return elements;
    },
  };
}

/** One test of one property. */
interface Part {
  textsOf(document: unknown): readonly string[];
  at(traits: unknown, asked: AskedAt): (texts: readonly string[]) => boolean;
}

function partOf(test: PropertyTest, zone: Zone): Part {
  const path = pathOf(test.property);
  const relative = relativeDateTest(test.is, zone);
  if (relative === null) return comparedPart(test, path, zone);
  return {
    textsOf: (document) => valuesAt(document, path).filter((value) => dateOf(value) !== null) as string[],
    at: (_traits, asked) => (texts) => {
      let passes = false;
      for (const text of texts) {
        const { holds, untilMs } = relative(text, asked.nowMs);
        asked.untilMs = Math.min(asked.untilMs, untilMs);
        passes ||= holds;
      }
      return passes;
    },
  };
}

/** For a value that equals no other. */
const OBJECT = 'o';

function comparedPart({ is, as }: PropertyTest, path: Path, zone: Zone): Part {
  const traitPath = valuesTest(is, as, zone).operand?.path;
  if (traitPath === undefined) throw new RangeError('the test depends on the event alone');
  const passes = pairTest(is);
  const fold = 'ignoreCase' in is && is.ignoreCase === true;
  const textOf = (value: unknown): string => {
    const read = as === undefined ? value : numberIfText(value);
    return scalarText(fold && typeof read === 'string' ? foldCase(read) : read) ?? OBJECT;
  };
  const textsAt = (document: unknown, at: Path) => [...new Set(valuesAt(document, at).map(textOf))];
  return {
    textsOf: (document) => textsAt(document, path),
    at(traits) {
      const others = textsAt(traits, traitPath);
      return (texts) => texts.some((text) => others.some((other) => passes(text, other)));
    },
  };
}

function pairTest(is: PropertyTest['is']): (text: string, other: string) => boolean {
  if ('eq' in is) return (text, other) => text === other && text !== OBJECT;
  if ('ne' in is) return (text, other) => text !== other || text === OBJECT;
  const passes = orderTestOf(is);
  return (text, other) => {
    const [number, bound] = [numberOf(text), numberOf(other)];
    return number !== null && bound !== null && passes(compareNumbers(number, bound));
  };
}

function numberOf(text: string): JsonNumber | null {
  return text.startsWith('n') ? (readNumber(text.slice(1)) ?? null) : null;
}
