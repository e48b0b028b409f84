import type { Zone } from '../../time/zone.ts';
import type { ConditionWindow, EventSelector, EventTest } from '../condition.ts';
import type { CellSource } from './cells.ts';
import { Cuts } from './cuts.ts';
import { Parameters, type ParameterValue } from './parameters.ts';
import { columnsOf, isMeant } from './selectors.ts';
import { ValueTests } from './value-tests.ts';

/** Which events of one profile a condition counts. */
export interface AskedEvents {
  /** Where the condition stands: `condition.all[0]`. */
  readonly field: string;
  readonly selector: EventSelector;
  readonly where?: readonly EventTest[] | undefined;
  readonly after?: string | undefined;
  readonly before?: string | undefined;
  readonly within?: ConditionWindow | undefined;
  /** Only events of these times, in milliseconds; null: the newest ones. */
  readonly timesMs: readonly number[] | null;
  /** Only events received from here on. */
  readonly receivedFromMs: number;
}

/** A statement that selects `field`, `message_id` and `at_ms`. */
export interface EventsSql {
  readonly sql: string;
  readonly params: Readonly<Record<string, ParameterValue>>;
}

/** When and of whom events are asked for. */
export interface EventsSqlOptions {
  readonly profile_id: string;
  readonly momentMs: number;
  readonly zone: Zone;
  /** Most events of one condition. */
  readonly most: number;
}

/** The profile's own number, and those of the profiles that it absorbed. */
const RECORDED = (id: string): string =>
  `profile_key IN (SELECT sipHash64(${id}) UNION ALL SELECT profile_key FROM hilo.redirects WHERE survivor_key = sipHash64(${id}))`;

/** In the order of events. */
const ORDER = 'timestamp DESC, received_at DESC, request_position DESC, toString(source) DESC, message_id DESC';

/**
 * A statement that names the events of one profile that conditions count, the newest of each condition. What compares an event with a
 * trait of the profile is left out, so nothing is named for it. Null if nothing is asked.
 */
export function eventsSql(asked: readonly AskedEvents[], options: EventsSqlOptions): EventsSql | null {
  const parameters = new Parameters();
  const cuts = new Cuts(options.momentMs, options.zone);
  const tests = new ValueTests(parameters, cuts);
  const arms = asked
    .filter((one) => !comparesWithTrait(one.where))
    .map((one) => armOf(one, { parameters, cuts, tests, options }));
  if (arms.length === 0) return null;
  return { sql: arms.map((arm) => `SELECT * FROM (${arm})`).join('\nUNION ALL\n'), params: parameters.values };
}

interface Workshop {
  readonly parameters: Parameters;
  readonly cuts: Cuts;
  readonly tests: ValueTests;
  readonly options: EventsSqlOptions;
}

function armOf(one: AskedEvents, { parameters, cuts, tests, options }: Workshop): string {
  const { selector, where = [], after, before, within, timesMs } = one;
  const { fromMs, toMs } = within === undefined ? { fromMs: null, toMs: null } : cuts.span(within);
  const from = Math.max(fromMs ?? -Infinity, after === undefined ? -Infinity : cuts.startOf(after));
  const to = Math.min(toMs ?? Infinity, before === undefined ? Infinity : cuts.startOf(before));
  const at = 'toUnixTimestamp64Milli(timestamp)';
  const conditions = [
    ...(Number.isFinite(from) ? [`${at} >= ${parameters.integer(from)}`] : []),
    ...(Number.isFinite(to) ? [`${at} < ${parameters.integer(to)}`] : []),
    ...(timesMs === null ? [] : [`has(${parameters.integers(timesMs)}, ${at})`]),
    ...(one.receivedFromMs > 0
      ? [`toUnixTimestamp64Milli(received_at) >= ${parameters.integer(one.receivedFromMs)}`]
      : []),
    ...where.map((test) => tests.event(columnsOf(selector), test, NO_TRAITS)),
  ];
  return `SELECT ${parameters.text(one.field)} AS field, message_id, ${at} AS at_ms FROM hilo.event_rows
    PREWHERE ${RECORDED(parameters.text(options.profile_id))} AND ${isMeant(selector, parameters)}
    ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`}
    ORDER BY ${ORDER} LIMIT ${options.most}`;
}

const NO_TRAITS: CellSource = {
  cells: () => '[]',
  hasObject: () => '0',
};

function comparesWithTrait(where: readonly EventTest[] | undefined): boolean {
  return (where ?? []).some((test) =>
    'element' in test
      ? comparesWithTrait(test.where)
      : Object.values(test.is as Readonly<Record<string, unknown>>).some(
          (value) => typeof value === 'object' && value !== null && 'trait' in value,
        ),
  );
}
