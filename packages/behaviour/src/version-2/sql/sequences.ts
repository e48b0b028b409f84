import type { AbsentEvent, SequenceCondition, Step } from '../condition.ts';
import type { Atom } from './aggregates.ts';
import { inSpan, scalarsAt } from './aggregates.ts';
import { stepMs } from '../../language/duration.ts';
import type { EventsArm, Workshop } from './events-arm.ts';
import { PROPERTIES, readsTraits, TRAITS } from './selectors.ts';

type EventStep = Extract<Step, { readonly did: unknown }>;
type NoneStep = Extract<Step, { readonly none: unknown }>;

/** Earlier and later than every time of an event, with room for any length to be added. */
const NEVER = '-4611686018427387904';
const ALWAYS = '4611686018427387904';

/**
 * Writes a sequence into an arm. Each event of a profile becomes `(time, bits)`: a bit for each step it can be, for each step that it
 * must not precede, and for the last step if that is `none`. One walk over them in ascending order decides: of all beginnings that
 * could be continued, the one that ends last is the best, since later events are nearer to it and fewer lie between.
 */
export function sequenceAtom(condition: SequenceCondition, arm: EventsArm, workshop: Workshop): Atom {
  const { cuts, parameters } = workshop;
  const span = condition.within === undefined ? { fromMs: null, toMs: null } : cuts.span(condition.within);
  const steps = condition.sequence.filter((step): step is EventStep => 'did' in step);
  const none = condition.sequence.find((step): step is NoneStep => 'none' in step);
  // An event after the window's end may still be one that must not follow.
  const flagOf = ({ did, where }: AbsentEvent) => arm.keptFlag({ selector: did, where }, span.fromMs);
  const bits = [
    ...steps.map((step) => `(${flagOf(step)}${inSpan(span, workshop)})`),
    ...steps.map((step) => (step.without ?? []).map(flagOf).join(' OR ') || '0'),
    none === undefined ? '0' : flagOf({ did: none.none, ...(none.where && { where: none.where }) }),
  ];
  const mask = bits
    .flatMap((bit, index) => (bit === '0' ? [] : [`bitShiftLeft(toUInt32(${bit}), ${index})`]))
    .join(' + ');
  const seen = arm.aggregate(`groupBitOr(${mask})`);
  const times = arm.aggregate(`groupArrayIf((ts, ${mask}), ${mask} != 0)`);
  const all = 2 ** steps.length - 1;
  const walk = new Walk(steps, none ?? null, condition.span ?? null, parameters.integer(cuts.momentMs));
  // Profiles without an event for each step are most of them, and need no walk.
  const sorted = `if(bitAnd(${seen}, ${all}) = ${all}, arraySort(${times}), [])`;
  if (condition.same !== undefined) arm.groupBy(combos(condition, condition.same, workshop));
  return { expression: walk.over(sorted), absent: false };
}

/** All ways to choose one scalar of the event for each path, each as one text. */
function combos({ sequence }: SequenceCondition, paths: readonly string[], workshop: Workshop): string {
  const selectors = sequence.flatMap((step) =>
    'did' in step ? [step.did, ...(step.without ?? []).map(({ did }) => did)] : [step.none],
  );
  const hasTraits = selectors.some(readsTraits);
  const scalars = (path: string) => {
    const properties = scalarsAt(PROPERTIES, path, workshop);
    const either = `if(type IN ('identify', 'group'), ${scalarsAt(TRAITS, path, workshop)}, ${properties})`;
    // The length before each text keeps ("a", "bc") and ("ab", "c") apart.
    return `arrayMap(w -> concat(toString(length(w)), ':', w), arrayDistinct(${hasTraits ? either : properties}))`;
  };
  const [first = '', ...others] = paths.map(scalars);
  return others.reduce(
    (chosen, next) => `arrayFlatten(arrayMap(u -> arrayMap(w -> concat(u, w), ${next}), ${chosen}))`,
    first,
  );
}

/** The fields of the state that a walk carries from event to event. */
type Field = { readonly name: string; readonly start: string; readonly next: string };

/** The walk over a profile's events. What events of the same time change counts only from the next time on: steps are strictly later. */
class Walk {
  readonly #fields: Field[] = [];
  readonly #none: NoneStep | null;
  readonly #nowMs: string;

  constructor(steps: readonly EventStep[], none: NoneStep | null, span: string | null, nowMs: string) {
    this.#none = none;
    this.#nowMs = nowMs;
    this.#add('time', NEVER, () => 'e.1');
    steps.forEach((step, index) => this.#step(step, index, steps.length, span));
    this.#end(steps.length - 1, span);
  }

  /** Whether the events hold the sequence. */
  over(events: string): string {
    const next = this.#fields.map((field) => field.next).join(', ');
    const start = this.#fields.map((field) => field.start).join(', ');
    const end = `arrayFold((acc, e) -> tuple(${next}), ${events}, tuple(${start}))`;
    const found = this.#place('found');
    if (this.#none === null) return `(${end}.${found} = 1)`;
    const open = `arrayExists(w -> w.${found} = 1 OR least(w.${this.#place('waiting')}, w.${this.#place('newWaiting')})
      <= ${this.#nowMs} - ${stepMs(this.#none.within)}, [${end}])`;
    return open;
  }

  /** For step k: `last`: the latest time before this event's at which the steps up to k can end, and `first`, where they then begin. */
  #step(step: EventStep, k: number, count: number, span: string | null): void {
    const bit = (index: number) => `bitTest(e.2, ${index})`;
    const hasAbsent = step.without !== undefined;
    const isFirst = k === 0;
    const before = isFirst ? '' : this.#settled(`last${k - 1}`, `newLast${k - 1}`);
    this.#reserve(`last${k}`, `newLast${k}`, ...(span === null ? [] : [`first${k}`, `newFirst${k}`]));
    if (hasAbsent) this.#reserve(`absent${k}`, `newAbsent${k}`);
    const conditions = [
      bit(k),
      ...(isFirst ? [] : [`${before} > ${NEVER}`]),
      ...(step.within === undefined ? [] : [`${before} > e.1 - ${stepMs(step.within)}`]),
      ...(hasAbsent ? [`${this.#settled(`absent${k}`, `newAbsent${k}`)} <= ${before}`] : []),
    ];
    const passes = `(${conditions.join(' AND ')})`;
    const fresh = (name: string) => `if(e.1 > ${this.#at('time')}, toInt64(${NEVER}), ${this.#at(name)})`;
    this.#set(`last${k}`, this.#settled(`last${k}`, `newLast${k}`));
    this.#set(`newLast${k}`, `if(${passes}, e.1, ${fresh(`newLast${k}`)})`);
    if (span !== null) {
      const start = isFirst ? 'e.1' : this.#settledFirst(k - 1);
      this.#set(`first${k}`, this.#settledFirst(k));
      this.#set(`newFirst${k}`, `if(${passes}, ${start}, ${this.#at(`newFirst${k}`)})`);
    }
    if (hasAbsent) {
      this.#set(`absent${k}`, this.#settled(`absent${k}`, `newAbsent${k}`));
      this.#set(`newAbsent${k}`, `if(${bit(count + k)}, e.1, ${fresh(`newAbsent${k}`)})`);
    }
    this.#passes = passes;
  }

  #passes = '';

  #end(last: number, span: string | null): void {
    const start = last === 0 ? 'e.1' : this.#settledFirst(last - 1);
    const whole = span === null ? this.#passes : `(${this.#passes} AND ${start} > e.1 - ${stepMs(span)})`;
    this.#reserve('found');
    if (this.#none === null) {
      this.#set('found', `toUInt8(${this.#at('found')} = 1 OR ${whole})`, 'toUInt8(0)');
      return;
    }
    // `waiting`: the earliest end of the steps before, since the last event that must not follow.
    const withinMs = stepMs(this.#none.within);
    this.#reserve('waiting', 'newWaiting');
    const isLater = `e.1 > ${this.#at('time')}`;
    const waiting = `if(${isLater}, least(${this.#at('waiting')}, ${this.#at('newWaiting')}), ${this.#at('waiting')})`;
    const follows = `bitTest(e.2, ${2 * (last + 1)})`;
    const isOver = `(${follows} AND ${waiting} <= e.1 - ${withinMs} AND ${waiting} <= ${this.#nowMs} - ${withinMs})`;
    this.#set('found', `toUInt8(${this.#at('found')} = 1 OR ${isOver})`, 'toUInt8(0)');
    this.#set('waiting', `if(${follows}, toInt64(${ALWAYS}), ${waiting})`, `toInt64(${ALWAYS})`);
    const fresh = `if(${isLater}, toInt64(${ALWAYS}), ${this.#at('newWaiting')})`;
    this.#set('newWaiting', `if(${whole}, e.1, ${fresh})`, `toInt64(${ALWAYS})`);
  }

  /** A field as of all events before this one's time. */
  #settled(old: string, fresh: string): string {
    return `if(e.1 > ${this.#at('time')}, greatest(${this.#at(old)}, ${this.#at(fresh)}), ${this.#at(old)})`;
  }

  #settledFirst(k: number): string {
    const isNew = `e.1 > ${this.#at('time')} AND ${this.#at(`newLast${k}`)} > ${NEVER}`;
    return `if(${isNew}, ${this.#at(`newFirst${k}`)}, ${this.#at(`first${k}`)})`;
  }

  #reserve(...names: readonly string[]): void {
    for (const name of names) this.#add(name, NEVER, () => '');
  }

  #add(name: string, start: string, next: () => string): void {
    this.#fields.push({ name, start: `toInt64(${start})`, next: next() });
  }

  #set(name: string, next: string, start?: string): void {
    const index = this.#fields.findIndex((field) => field.name === name);
    const field = this.#fields[index] as Field;
    this.#fields[index] = { name, start: start ?? field.start, next };
  }

  #at(name: string): string {
    return `acc.${this.#place(name)}`;
  }

  #place(name: string): number {
    return this.#fields.findIndex((field) => field.name === name) + 1;
  }
}
