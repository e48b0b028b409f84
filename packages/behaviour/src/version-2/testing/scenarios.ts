import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson } from '@hilo/exact-json';
import { JsonText } from '../../document/json-text.ts';
import type { Condition, ValueTest } from '../condition.ts';
import type { ProfileEvent } from '../model.ts';
import { readCondition } from '../read-condition.ts';
import { templateOf, usualValues } from '../templates/index.ts';
import { type Case, NO_FACTS } from './case.ts';

/** A case with its answers, worked out by hand. */
export interface Scenario extends Case {
  /** File and title. */
  readonly name: string;
  /** Where it comes from. */
  readonly origin: string;
  readonly answers: readonly Answer[];
}

/** The answer at a moment. */
export interface Answer {
  readonly momentMs: number;
  readonly holds: boolean;
}

/** Time, name of the track call, properties, and whatever else the event has. */
type EventEntry = readonly [at: string, event: string | null, properties?: object | null, more?: EventFields];

interface EventFields {
  readonly type?: ProfileEvent['type'];
  readonly name?: string;
  /** Properties as JSON text, where their spelling matters. */
  readonly json?: string;
  readonly receivedAt?: string;
  readonly position?: number;
  readonly source?: string;
  readonly messageId?: string;
}

/** What scenarios say about a profile. */
interface ProfileEntry {
  readonly traits?: object;
  /** Traits as JSON text, where their spelling matters. */
  readonly traitsJson?: string;
  readonly since?: Readonly<Record<string, string>>;
  readonly lists?: Readonly<Record<string, string | null>>;
  readonly birthId?: string;
  readonly events?: readonly EventEntry[];
  readonly segments?: Readonly<Record<string, unknown>>;
  readonly zone?: string;
  readonly eventsKept?: number;
}

interface Titled {
  readonly title: string;
  readonly origin?: string;
}

/** One condition, and its answers by moment. */
interface Timeline extends Titled, ProfileEntry {
  readonly condition: unknown;
  readonly answers: Readonly<Record<string, boolean>>;
}

/** One profile at one moment, and conditions with their answers. */
interface TruthTable extends Titled, ProfileEntry {
  readonly at: string;
  readonly conditions: readonly (readonly [condition: unknown, holds: boolean])[];
}

/** Tests, values and answers. Each row is asked of a trait and of an event's property; `json`: the values are JSON texts. */
interface ValueTable extends Titled {
  readonly at: string;
  readonly zone?: string;
  readonly as?: 'number';
  readonly json?: boolean;
  readonly values: readonly (readonly [test: ValueTest, value: unknown, holds: boolean])[];
}

interface ScenarioFile {
  readonly origin: string;
  readonly scenarios: readonly (Timeline | TruthTable | ValueTable)[];
}

/** From `src` and from `dist`, the data is in `src`. */
const FOLDER = join(import.meta.dirname, '../../../src/version-2/scenarios');

/** All scenarios. Throws `RangeError` if one has a condition that is not valid, or a time that is none. */
export function scenarios(): readonly Scenario[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    .flatMap((file) => {
      const { origin, scenarios: entries } = parseJson(readFileSync(join(FOLDER, file), 'utf8')) as ScenarioFile;
      return entries.flatMap((entry) => read(entry, `${file}: ${entry.title}`, entry.origin ?? origin));
    });
}

function read(entry: Timeline | TruthTable | ValueTable, name: string, origin: string): readonly Scenario[] {
  if ('values' in entry) return readValues(entry, name, origin);
  const profile = readProfile(entry, name);
  if ('answers' in entry) {
    const answers = Object.entries(entry.answers).map(([at, holds]) => ({ momentMs: timeOf(at), holds }));
    return [{ name, origin, condition: valid(entry.condition, name), ...profile, answers }];
  }
  return entry.conditions.map(([condition, holds]) => ({
    name: `${name}: ${JSON.stringify(condition)}`,
    origin,
    condition: valid(condition, name),
    ...profile,
    answers: [{ momentMs: timeOf(entry.at), holds }],
  }));
}

function readValues(table: ValueTable, name: string, origin: string): readonly Scenario[] {
  const as = table.as === undefined ? {} : { as: table.as };
  return table.values.flatMap(([is, value, holds]) => {
    const json = `{"v":${table.json === true ? String(value) : JSON.stringify(value)}}`;
    const rest = { origin, zoneName: table.zone ?? 'UTC', segments: new Map<string, Condition>() };
    const answers = [{ momentMs: timeOf(table.at), holds }];
    const row = `${name}: ${JSON.stringify(is)} of ${json}`;
    return [
      {
        ...{ name: row, ...rest, answers, condition: valid({ trait: 'v', is, ...as }, row) },
        ...{ facts: { ...NO_FACTS, traits: new JsonText(json) }, events: [] },
      },
      {
        ...{ name: `${row} (event)`, ...rest, answers, facts: NO_FACTS },
        condition: valid({ did: 'E', where: [{ property: 'v', is, ...as }] }, row),
        events: [readEvent([table.at, 'E', null, { json }], 0)],
      },
    ];
  });
}

function readProfile(entry: ProfileEntry, name: string): Omit<Case, 'condition'> {
  const times = (record: Readonly<Record<string, string | null>> = {}) =>
    Object.entries(record).map(([key, at]) => [key, at === null ? null : timeOf(at)] as const);
  return {
    facts: {
      birthId: entry.birthId ?? NO_FACTS.birthId,
      traits: new JsonText(entry.traitsJson ?? JSON.stringify(entry.traits ?? {})),
      sinceMs: new Map(times(entry.since) as readonly (readonly [string, number])[]),
      lists: new Map(times(entry.lists)),
    },
    events: (entry.events ?? []).map(readEvent),
    zoneName: entry.zone ?? 'UTC',
    segments: new Map(Object.entries(entry.segments ?? {}).map(([key, condition]) => [key, valid(condition, name)])),
    ...(entry.eventsKept === undefined ? {} : { eventsKept: entry.eventsKept }),
  };
}

function readEvent([at, event, properties, more = {}]: EventEntry, index: number): ProfileEvent {
  return {
    type: more.type ?? 'track',
    event,
    name: more.name ?? null,
    properties: new JsonText(more.json ?? JSON.stringify(properties ?? {})),
    timestampMs: timeOf(at),
    receivedAtMs: timeOf(more.receivedAt ?? at),
    position: more.position ?? 0,
    source: more.source ?? 'web',
    messageId: more.messageId ?? `m${String(index).padStart(3, '0')}`,
  };
}

/** A condition; `{"template": key, …}` stands for that of a template, with these values instead of the usual ones. */
function valid(json: unknown, name: string): Condition {
  const read = readCondition(isTemplate(json) ? fromTemplate(json) : json);
  if (read.kind === 'condition') return read.condition;
  throw new RangeError(`${name}: ${read.problems.map(({ field, message }) => `${field} ${message}`).join('; ')}`);
}

function isTemplate(json: unknown): json is Readonly<Record<string, string>> {
  return typeof json === 'object' && json !== null && 'template' in json;
}

function fromTemplate({ template: key = '', ...values }: Readonly<Record<string, string>>): object {
  const template = templateOf(key);
  if (template === undefined) throw new RangeError(`there is no template ${key}`);
  return template.condition({ ...usualValues(template), ...values });
}

function timeOf(text: string): number {
  const timeMs = Date.parse(text);
  if (Number.isNaN(timeMs) || !/T.*(Z|[+-]\d\d:\d\d)$/.test(text)) throw new RangeError(`${text} is no time`);
  return timeMs;
}
