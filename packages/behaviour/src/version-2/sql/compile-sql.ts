import type { Zone } from '../../time/zone.ts';
import type { Condition, SequenceCondition } from '../condition.ts';
import { LIMITS } from '../limits.ts';
import { Aggregates, type Atom } from './aggregates.ts';
import { Cuts } from './cuts.ts';
import { EventsArm, type Workshop } from './events-arm.ts';
import { FactArms } from './fact-arms.ts';
import { type Node, nodeHolds, WORD } from './nodes.ts';
import { Parameters, type ParameterValue } from './parameters.ts';
import { sequenceAtom } from './sequences.ts';
import { POPULATION, PROFILE_IDS } from './tables.ts';
import { CurrentTraits, TraitsAsOf } from './trait-tables.ts';
import { ValueTests } from './value-tests.ts';

/** When and over what a condition is asked. */
export interface SqlOptions {
  /** The moment in milliseconds. */
  readonly momentMs: number;
  /** The workspace's zone. */
  readonly zone: Zone;
  /** The conditions of other segments by their keys, for `in`. One that is missing holds for nobody. */
  readonly segments?: ReadonlyMap<string, Condition>;
  /** How many of its newest events a series keeps; absent: as many as in production. */
  readonly eventsKept?: number;
  /** True if no profile has more events than a series keeps: the statement is shorter, and need not look for one that has. */
  readonly hasFewEvents?: boolean;
  /** Counts only what happened by then, in milliseconds: events, and changes of traits by the time of the call that made them. */
  readonly asOfMs?: number;
  /** Asks for some profiles only, and counts what was read up to a position. */
  readonly among?: AmongProfiles;
}

/** Some profiles, and how far their records count. */
export interface AmongProfiles {
  /** Ids of surviving profiles. */
  readonly profiles: readonly string[];
  /** The same, and those of all profiles that they absorbed. */
  readonly recorded: readonly string[];
  /** The id of the topic of events, and the offset below which they count in each partition. Rows of other topics, or of none, count. */
  readonly below: { readonly topicId: string; readonly offsets: readonly number[] };
}

/** A condition as a statement of ClickHouse. */
export interface CompiledSql {
  /** Selects `profile_key`, the surviving profiles for which the condition holds, and the columns of {@link nodeHolds}. */
  readonly sql: string;
  /** Values for the parameters that the statement names. */
  readonly params: Readonly<Record<string, ParameterValue>>;
  /** The conditions that are no groups, in their order. */
  readonly leaves: readonly Leaf[];
  /** How many columns `m0`, `m1`, … of 32 bits there are. */
  readonly words: number;
}

/** One condition that is no group. */
export interface Leaf {
  /** Where it stands: `condition.all[0]`. */
  readonly field: string;
  readonly condition: Condition;
  readonly node: Node;
}

/** A form that is part of the language, and that this evaluator cannot answer yet. */
export class NotEvaluatedError extends Error {
  readonly code = 'not_evaluated';
  /** Where it stands: `condition.all[0]`. */
  readonly field: string;

  constructor(field: string, form: string) {
    super(`"${form}" is not evaluated yet`);
    this.name = 'NotEvaluatedError';
    this.field = field;
  }
}

const NOBODY: Node = { kind: 'any', of: [] };

/**
 * Compiles a condition to one statement that selects the profiles for which it holds at a moment. The statement reads the events once,
 * whatever the number of conditions, and once more for each sequence with `same`. All of the calendar is computed here and passed as
 * constants. Throws `NotEvaluatedError`, and `RangeError` for a condition that no reader returns.
 */
export function compileSql(condition: Condition, options: SqlOptions): CompiledSql {
  return new Compiler(options).compile(condition);
}

/** What a statement is made with, for a moment. */
export function workshopOf(options: SqlOptions): Workshop {
  const parameters = new Parameters();
  const cuts = new Cuts(options.momentMs, options.zone);
  return {
    parameters,
    cuts,
    tests: new ValueTests(parameters, cuts),
    eventsKept: options.eventsKept ?? LIMITS.eventsKept,
    hasFewEvents: options.hasFewEvents ?? false,
    ...askedTables(options, parameters),
  };
}

interface Arm {
  readonly sql: () => string;
  readonly bits: Map<number, Atom>;
}

class Compiler {
  readonly #options: SqlOptions;
  readonly #workshop: Workshop;
  readonly #leaves: Leaf[] = [];
  readonly #known = new Map<string, Node>();
  readonly #arms: Arm[] = [];
  readonly #events: EventsArm;
  readonly #eventBits = new Map<number, Atom>();
  readonly #facts: FactArms;
  readonly #entered = new Set<string>();
  #bits = 0;

  constructor(options: SqlOptions) {
    this.#options = options;
    this.#workshop = workshopOf(options);
    this.#events = new EventsArm(this.#workshop);
    this.#facts = new FactArms(this.#workshop);
  }

  compile(condition: Condition): CompiledSql {
    const node = this.#node(condition, 'condition');
    const words = Math.max(1, Math.ceil(this.#bits / WORD));
    const names = Array.from({ length: words }, (_, word) => `m${word}`);
    const arms = [
      ...(this.#eventBits.size === 0 ? [] : [{ sql: () => this.#events.sql(), bits: this.#eventBits }]),
      ...this.#arms,
      ...this.#facts.arms(),
    ].map((arm) => this.#armSql(arm, names));
    const none = names.map((name) => `toUInt32(0) AS ${name}`).join(', ');
    // Who has no row in any arm counts only if the condition holds without one.
    if (nodeHolds(node, []) || arms.length === 0) arms.push(`SELECT key, ${none} FROM (${this.#workshop.population})`);
    const combined = names.map((name) => `groupBitOr(${name}) AS ${name}`).join(', ');
    return {
      sql: `SELECT key AS profile_key, ${names.join(', ')} FROM (
SELECT key, ${combined} FROM (
${arms.join('\nUNION ALL\n')}
) GROUP BY key) WHERE ${this.#holds(node)}`,
      params: this.#workshop.parameters.values,
      leaves: this.#leaves,
      words,
    };
  }

  #node(condition: Condition, field: string): Node {
    if ('all' in condition) return this.#group('all', condition.all, field);
    if ('any' in condition) return this.#group('any', condition.any, field);
    if ('not' in condition) return { kind: 'not', of: this.#node(condition.not, `${field}.not`) };
    const text = JSON.stringify(condition);
    const node = this.#known.get(text) ?? this.#leaf(condition, field);
    this.#known.set(text, node);
    if (this.#entered.size === 0) this.#leaves.push({ field, condition, node });
    return node;
  }

  #group(kind: 'all' | 'any', of: readonly Condition[], field: string): Node {
    return { kind, of: of.map((one, index) => this.#node(one, `${field}.${kind}[${index}]`)) };
  }

  #leaf(condition: Condition, field: string): Node {
    if ('trait' in condition) return this.#facts.trait(condition, (atom, arm) => this.#atom(atom, arm));
    if ('randomBucket' in condition) return this.#facts.bucket(condition, (atom, arm) => this.#atom(atom, arm));
    if ('in' in condition) return this.#segment(condition.in, field);
    if ('list' in condition) return this.#facts.list(condition.list, (atom, arm) => this.#atom(atom, arm));
    for (const form of ['consent', 'account', 'group'] as const) {
      if (form in condition) throw new NotEvaluatedError(field, form);
    }
    if ('sequence' in condition && condition.same !== undefined) return this.#sharedSequence(condition);
    const aggregates = new Aggregates(this.#events, this.#workshop);
    return this.#atom(eventAtom(condition, aggregates, this.#events, this.#workshop), this.#eventBits);
  }

  /** A sequence whose events share values groups them by these values, apart from all other conditions. */
  #sharedSequence(condition: SequenceCondition): Node {
    const arm = new EventsArm(this.#workshop);
    const bits = new Map<number, Atom>();
    const node = this.#atom(sequenceAtom(condition, arm, this.#workshop), bits);
    this.#arms.push({ sql: () => arm.sql(), bits });
    return node;
  }

  #segment(key: string, field: string): Node {
    const condition = this.#options.segments?.get(key);
    // A definition that contains itself is refused when it is saved.
    if (condition === undefined || this.#entered.has(key)) return NOBODY;
    this.#entered.add(key);
    const node = this.#node(condition, field);
    this.#entered.delete(key);
    return node;
  }

  #atom(atom: Atom, bits: Map<number, Atom>): Node {
    const bit = this.#bits;
    this.#bits += 1;
    bits.set(bit, atom);
    return { kind: 'atom', bit, absent: atom.absent };
  }

  /** The rows of an arm in which an atom is not what it is for a profile without a row. */
  #armSql({ sql, bits }: Arm, names: readonly string[]): string {
    const masks = names.map((name, word) => {
      const inWord = [...bits].filter(([bit]) => Math.floor(bit / WORD) === word);
      const differing = inWord.map(([bit, { expression, absent }]) => {
        const differs = absent ? `NOT ${expression}` : expression;
        return `bitShiftLeft(toUInt32(${differs}), ${bit % WORD})`;
      });
      return `toUInt32(${differing.length === 0 ? '0' : differing.join(' + ')}) AS ${name}`;
    });
    const rows = `SELECT key, ${masks.join(', ')} FROM (${sql()})`;
    const some = names.map((name) => `${name} != 0`).join(' OR ');
    return `SELECT key, ${names.join(', ')} FROM (${rows}) WHERE ${some}`;
  }

  #holds(node: Node): string {
    switch (node.kind) {
      case 'atom':
        return `${node.absent ? 'NOT ' : ''}bitTest(m${Math.floor(node.bit / WORD)}, ${node.bit % WORD})`;
      case 'not':
        return `NOT (${this.#holds(node.of)})`;
      case 'all':
        return `(${node.of.map((one) => this.#holds(one)).join(' AND ') || '1'})`;
      case 'any':
        return `(${node.of.map((one) => this.#holds(one)).join(' OR ') || '0'})`;
    }
  }
}

/** What a statement reads: everything, what happened by a moment, or what was read of some profiles. */
function askedTables(
  { asOfMs, among }: SqlOptions,
  parameters: Parameters,
): Pick<Workshop, 'eventRows' | 'traits' | 'population' | 'profileIds'> {
  const all = { population: POPULATION, profileIds: PROFILE_IDS };
  if (among === undefined) {
    if (asOfMs === undefined) return { eventRows: null, traits: new CurrentTraits(null), ...all };
    const eventRows = `toUnixTimestamp64Milli(timestamp) <= ${parameters.integer(asOfMs)}`;
    return { eventRows, traits: new TraitsAsOf(parameters, eventRows), ...all };
  }
  if (asOfMs !== undefined) throw new RangeError('a statement has a moment of events or a position, not both');
  const { profiles, recorded, below } = among;
  const ids = parameters.texts(profiles);
  const isAmong = (list: string) => `workspace = 'default' AND profile_id IN ${list}`;
  const isBelow = `topic_offset < arrayElement(${parameters.integers(below.offsets)}, topic_partition + 1)`;
  return {
    eventRows: `${isAmong(parameters.texts(recorded))} AND (topic_id != ${parameters.text(below.topicId)} OR ${isBelow})`,
    traits: new CurrentTraits(isAmong(ids)),
    population: `SELECT sipHash64(arrayJoin(${ids})) AS key`,
    profileIds: `SELECT sipHash64(id) AS profile_key, id AS profile_id FROM (SELECT arrayJoin(${ids}) AS id)`,
  };
}

function eventAtom(condition: Condition, aggregates: Aggregates, arm: EventsArm, workshop: Workshop): Atom {
  if ('did' in condition) return aggregates.did(condition);
  if ('sequence' in condition) return sequenceAtom(condition, arm, workshop);
  if ('regular' in condition) return aggregates.regular(condition);
  if ('first' in condition || 'last' in condition) return aggregates.oneEvent(condition);
  if ('of' in condition) return aggregates.aggregate(condition);
  throw new RangeError('a condition has a form that no reader takes');
}
