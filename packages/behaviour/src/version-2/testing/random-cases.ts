import { parseJson } from '@hilo/exact-json';
import { JsonText } from '../../document/json-text.ts';
import type { ProfileEvent, ProfileFacts } from '../model.ts';
import type { Condition } from '../condition.ts';
import { readCondition } from '../read-condition.ts';
import { type Case, questionAt } from './case.ts';
import { oracleHolds } from './oracle.ts';
import { Random } from './random.ts';
import { FORMS, type Form, randomCondition, randomLists, randomSegments } from './random-conditions.ts';
import { randomProperties, randomTraits } from './random-documents.ts';
import { type Hints, hintsOf } from './random-hints.ts';
import { edgesOf, shifted } from './random-moments.ts';
import { earlier, randomSetting, randomTime, type Setting } from './random-setting.ts';

/** What one of the merged profiles had. */
export interface Side {
  readonly facts: ProfileFacts;
  /** In the order of their arrival. */
  readonly events: readonly ProfileEvent[];
}

/** A condition, a history and a moment, made from a seed. */
export interface RandomCase extends Case {
  readonly seed: number;
  /** The outermost form of the condition. */
  readonly form: Form;
  readonly momentMs: number;
  /** The profiles that were merged into this one, the first-created first; one if there was no merge. */
  readonly sides: readonly Side[];
  /** Whether events arrived in another order than that of their times. */
  readonly isLate: boolean;
}

/** Of 100 seeds, how many have the form. */
const SHARES: Readonly<Record<Form, number>> = {
  ...{ trait: 11, did: 11, sum: 5, avg: 5, min: 4, max: 4, distinct: 6, first: 6, last: 8 },
  ...{ sequence: 11, regular: 5, in: 4, list: 4, randomBucket: 4, all: 4, any: 4, not: 4 },
};
/** Forms in turns: those of similar seeds differ. */
const PLAN = FORMS.flatMap((form) =>
  Array.from({ length: SHARES[form] }, (_, index) => ({ form, place: (index + 0.5) / SHARES[form] })),
)
  .toSorted((a, b) => a.place - b.place)
  .map(({ form }) => form);
/** How often a case is made anew to get the answer that its seed asks for. */
const ATTEMPTS = 12;
const KINDS: readonly Kind[] = [
  ...['Order Completed', 'Order Completed', 'Order Refunded', 'Product Viewed', 'Orders'].map((event) => ({
    ...{ type: 'track' as const, event, name: null },
  })),
  ...(['page', 'screen', 'identify', 'group', 'alias'] as const).map((type) => ({ type, event: null, name: null })),
];
const SOURCES = ['web', 'app'];
/** Their UTF-8 bytes sort otherwise than their UTF-16 units. */
const LAST_CHARACTERS = ['', '', '', '～', '😀'];

/**
 * The case of a seed. Any 100 seeds in a row have the same number of each form; about half of the answers of each are true.
 * Most moments are the first at which an answer holds, or the last at which it held, to the millisecond.
 */
export function randomCase(seed: number): RandomCase {
  const form = PLAN[seed % PLAN.length] as Form;
  const random = new Random(seed);
  const wanted = random.chance(0.5);
  let made = attempt(random, seed, form, wanted);
  for (let attempts = 1; attempts < ATTEMPTS; attempts += 1) {
    if (oracleHolds(questionAt(made, made.momentMs)) === wanted) return made;
    made = attempt(random, seed, form, wanted);
  }
  return made;
}

function attempt(random: Random, seed: number, form: Form, wanted: boolean): RandomCase {
  const setting = randomSetting(random);
  const birthId = `p_${random.whole(1, 1_000)}`;
  const condition = valid(randomCondition(random, setting, form, birthId));
  const asksSegments = JSON.stringify(condition).includes('{"in":');
  const segments = new Map(
    Object.entries(asksSegments ? randomSegments(random, setting, birthId) : {}).map(([key, one]) => [key, valid(one)]),
  );
  const hints = hintsOf([condition, ...segments.values()], setting);
  const isLate = random.chance(0.25);
  const hasMerge = random.chance(0.25);
  const sides = (hasMerge ? [birthId, `${birthId}_b`] : [birthId]).map((id, index) => ({
    facts: facts(random, setting, id, hints),
    events: events(random, setting, hints, `${index}`, isLate),
  }));
  const history = {
    ...{ condition, segments, zoneName: setting.zoneName, sides },
    facts: sides.map((side) => side.facts).reduce(mergedFacts),
    events: sides.flatMap((side) => side.events),
    ...(random.chance(0.25) ? { eventsKept: random.whole(1, 4) } : {}),
  };
  return { seed, form, isLate, ...history, momentMs: moment(random, setting, history, hints, wanted) };
}

function valid(json: object): Condition {
  const read = readCondition(json);
  if (read.kind === 'condition') return read.condition;
  throw new RangeError(`${JSON.stringify(json)}: ${JSON.stringify(read.problems)}`);
}

function facts(random: Random, setting: Setting, birthId: string, hints: Hints): ProfileFacts {
  const traits = randomTraits(random, setting, hints);
  const names = [
    ...traits.keys(),
    ...['level', 'plan', 'vip'].filter((name) => !traits.has(name) && random.chance(0.7)),
  ];
  const known = names.filter(() => random.chance(0.95));
  return {
    birthId,
    traits: new JsonText(`{${[...traits].map(([name, json]) => `"${name}":${json}`).join(',')}}`),
    sinceMs: new Map(
      known.map((name) => [name, earlier(setting, random.pick(hints.lengths), randomTime(random, setting))]),
    ),
    lists: randomLists(random, setting),
  };
}

/** The facts after a merge: of each trait the newest write wins, the first profile stays, and the longest entry of a list. */
function mergedFacts(first: ProfileFacts, second: ProfileFacts): ProfileFacts {
  const [a, b] = [first, second].map(({ traits }) => parseJson(traits.text) as Record<string, unknown>);
  const names = new Set([...first.sinceMs.keys(), ...second.sinceMs.keys(), ...Object.keys({ ...a, ...b })]);
  const traits: Record<string, unknown> = {};
  const sinceMs = new Map<string, number>();
  for (const name of names) {
    const [ofFirst, ofSecond] = [first.sinceMs.get(name), second.sinceMs.get(name)];
    const isFirst = (ofFirst ?? Number.NEGATIVE_INFINITY) >= (ofSecond ?? Number.NEGATIVE_INFINITY);
    const [winner, since] = isFirst ? [a, ofFirst] : [b, ofSecond];
    if (winner !== undefined && Object.hasOwn(winner, name)) traits[name] = winner[name];
    if (since !== undefined) sinceMs.set(name, since);
  }
  const lists = new Map(first.lists);
  for (const [key, end] of second.lists) {
    const other = lists.get(key);
    lists.set(key, other === undefined ? end : other === null || end === null ? null : Math.max(other, end));
  }
  return { birthId: first.birthId, traits: new JsonText(JSON.stringify(traits)), sinceMs, lists };
}

/** Events in the order of their arrival. Some have the time of another, or lie a length from it. */
function events(
  random: Random,
  setting: Setting,
  hints: Hints,
  side: string,
  isLate: boolean,
): readonly ProfileEvent[] {
  const made: ProfileEvent[] = [];
  for (let index = random.pick([0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12]); index > 0; index -= 1) {
    const other = made.length > 0 && random.chance(0.55) ? random.pick(made) : null;
    if (other !== null && random.chance(0.15)) made.push(other);
    const timestampMs = other === null ? randomTime(random, setting) : near(random, setting, hints, other.timestampMs);
    const delayMs = isLate ? random.pick([0, 0, 1_000, 3_600_000, 86_400_000 * 3]) : random.pick([0, 0, 1]);
    made.push({
      ...kind(random, hints),
      properties: new JsonText(randomProperties(random, setting, hints)),
      timestampMs,
      receivedAtMs: timestampMs + delayMs,
      position: random.pick([0, 0, 1]),
      source: random.pick(SOURCES),
      messageId: `${side}${random.pick(LAST_CHARACTERS)}${index}`,
    });
  }
  return isLate
    ? random.shuffled(made).toSorted((a, b) => a.receivedAtMs - b.receivedAtMs)
    : made.toSorted((a, b) => a.timestampMs - b.timestampMs);
}

/** The same time, or one that lies a length before or after it, up to a millisecond. */
function near(random: Random, setting: Setting, hints: Hints, timeMs: number): number {
  if (random.chance(0.35)) return timeMs;
  if (hints.instants.length > 0 && random.chance(0.3)) return random.pick(hints.instants) + random.pick([-1, 0, 0]);
  return random.pick(shifted(setting, random.pick(hints.lengths), timeMs)) + random.pick([-1, 0, 0, 1]);
}

type Kind = Pick<ProfileEvent, 'type' | 'event' | 'name'>;

/** Mostly a call that the condition asks for. */
function kind(random: Random, { json }: Hints): Kind {
  const kinds = KINDS.filter(({ type, event }) => json.includes(event === null ? `"${type}"` : `"${event}"`));
  const made = random.pick(kinds.length === 0 || random.chance(0.2) ? KINDS : kinds);
  const hasName = made.type === 'page' || made.type === 'screen' || made.type === 'group';
  return { ...made, name: hasName ? random.pick(['Pricing', 'Pricing', 'Home', null]) : null };
}

/** Usually the first moment at which the answer is the one that is wanted, or the last at which it is. */
function moment(random: Random, setting: Setting, history: Case, hints: Hints, wanted: boolean): number {
  const anyMs = randomTime(random, setting) + random.pick([0, setting.spanMs]);
  if (random.chance(0.2)) return anyMs;
  const holds = (timeMs: number) => oracleHolds(questionAt(history, timeMs));
  const points = [anyMs, ...edgesOf(random, setting, history, hints)]
    .toSorted((a, b) => a - b)
    .map((timeMs) => ({ timeMs, answer: holds(timeMs) }));
  const changes = points.slice(1).flatMap((after, index) => {
    const before = points[index] as (typeof points)[number];
    return before.answer === after.answer ? [] : [{ before, after }];
  });
  if (changes.length === 0) return anyMs;
  const { before, after } = random.pick(changes);
  let [low, high] = [before.timeMs, after.timeMs];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle) === before.answer) low = middle;
    else high = middle;
  }
  return after.answer === wanted ? high : low;
}
