import type { EventSelector, EventTest } from '../condition.ts';
import { fixedPart, openPart } from '../where-parts.ts';
import { type CellSource, ColumnSource, type DocumentColumns } from './cells.ts';
import type { Cuts } from './cuts.ts';
import type { Parameters } from './parameters.ts';
import { columnsOf, isMeant, TRAITS } from './selectors.ts';
import { NOT_ABSORBED, REDIRECTS, SURVIVOR } from './tables.ts';
import type { TraitTables } from './trait-tables.ts';
import type { ValueTests } from './value-tests.ts';

/** The events of a profile that one condition counts. */
export interface Series {
  readonly selector: EventSelector;
  readonly where?: readonly EventTest[] | undefined;
  readonly after?: string | undefined;
  readonly before?: string | undefined;
}

/** What every part of a statement is made with. */
export interface Workshop {
  readonly parameters: Parameters;
  readonly cuts: Cuts;
  readonly tests: ValueTests;
  /** How many of its newest events a series keeps. */
  readonly eventsKept: number;
  /** True if it is known that nobody has more events than that. */
  readonly hasFewEvents: boolean;
  /** Rows of events that count, as a condition on their columns; null: all. */
  readonly eventRows: string | null;
  readonly traits: TraitTables;
  /** Statements of all profiles that are asked for: `key`, and `profile_key` with `profile_id`. */
  readonly population: string;
  readonly profileIds: string;
}

interface KnownSeries {
  readonly flag: string;
  readonly expression: string;
}

/** The order of events, as a tuple of columns. */
export const ORDER = '(ts, received_ms, request_position, source, message_id)';
/** The columns of the order besides `ts`. */
export const ORDER_COLUMNS = `toUnixTimestamp64Milli(received_at) AS received_ms, request_position, toString(source) AS source, message_id`;

/**
 * One pass over the events: each series has a flag per row, and the conditions are made from aggregates over flags. Methods return
 * expressions for the place where they are used: `flag` and `value` for rows, `aggregate` for profiles.
 */
export class EventsArm {
  readonly #workshop: Workshop;
  readonly #series = new Map<string, KnownSeries>();
  readonly #values = new Map<string, string>();
  readonly #aggregates = new Map<string, string>();
  /** The earliest time that each selector's events count from; null: all. */
  readonly #earliest = new Map<string, number | null>();
  readonly #cutFlags = new Set<string>();
  readonly #operands = new Map<string, string>();
  #needsOrder = false;
  #combos: string | null = null;

  constructor(workshop: Workshop) {
    this.#workshop = workshop;
  }

  get isEmpty(): boolean {
    return this.#series.size === 0;
  }

  /** The name of a row's flag: it is an event of the series. Events before `fromMs` need not be found. */
  flag(series: Series, fromMs: number | null): string {
    const { parameters, cuts, tests } = this.#workshop;
    const { selector, where = [], after, before } = series;
    const meant = isMeant(selector, parameters);
    const afterMs = after === undefined ? null : cuts.startOf(after);
    const earliest = fromMs === null ? afterMs : Math.max(fromMs, afterMs ?? fromMs);
    const known = this.#earliest.get(meant);
    this.#earliest.set(meant, known === null || earliest === null ? null : Math.min(known ?? earliest, earliest));
    const expression = [
      meant,
      ...(afterMs === null ? [] : [`ts >= ${parameters.integer(afterMs)}`]),
      ...(before === undefined ? [] : [`ts < ${parameters.integer(cuts.startOf(before))}`]),
      ...where.map((test) => tests.event(columnsOf(selector), test, this.#traits)),
    ].join(' AND ');
    let found = this.#series.get(expression);
    if (found === undefined) {
      found = { flag: `s${this.#series.size}`, expression };
      this.#series.set(expression, found);
    }
    return found.flag;
  }

  /**
   * The same for the newest events of the series, as many as it keeps: of those that pass what the event alone decides.
   */
  keptFlag(series: Series, fromMs: number | null): string {
    const flag = this.flag(series, fromMs);
    if (this.#workshop.hasFewEvents) return flag;
    const counted =
      openPart(series.where).length === 0 ? flag : this.flag({ ...series, where: fixedPart(series.where) }, fromMs);
    this.#cutFlags.add(counted);
    this.#needsOrder = true;
    const kept = `k${counted.slice(1)}`;
    return counted === flag ? kept : `(${kept} AND ${flag})`;
  }

  /** The name of a value of each row. */
  value(expression: string): string {
    return this.#named(this.#values, 'v', expression);
  }

  /** The name of an aggregate of each profile. */
  aggregate(expression: string): string {
    return this.#named(this.#aggregates, 'a', expression);
  }

  /** The order of events, for an aggregate. */
  order(): string {
    this.#needsOrder = true;
    return ORDER;
  }

  /** A test of a property in rows of the series' events. */
  test(columns: DocumentColumns, test: EventTest): string {
    return this.#workshop.tests.event(columns, test, this.#traits);
  }

  /** Counts events together only if they share one of the texts in this array of each row. */
  groupBy(combos: string): void {
    this.#combos = combos;
  }

  /** The statement of aggregates: `key` and all names that `aggregate` has given. */
  sql(): string {
    const names = [...this.#aggregates].map(([expression, name]) => `${expression} AS ${name}`);
    const rows = this.#cutFlags.size === 0 ? this.#withSurvivors(null) : this.#withCuts();
    const combined = this.#combos === null ? rows : `SELECT *, arrayJoin(combos) AS combo FROM (${rows})`;
    return `SELECT key, ${names.join(', ')} FROM (${combined}) GROUP BY key${this.#combos === null ? '' : ', combo'}`;
  }

  #named(names: Map<string, string>, prefix: string, expression: string): string {
    const name = names.get(expression) ?? `${prefix}${names.size}`;
    names.set(expression, name);
    return name;
  }

  /** The traits of each event's profile, for operands: joined to its row. */
  readonly #traits: CellSource = {
    cells: (path) => `t${this.#operand(path)}`,
    hasObject: (path) => `o${this.#operand(path)}`,
  };

  #operand(path: string): string {
    this.#workshop.traits.need(path);
    return this.#named(this.#operands, '', path);
  }

  /** Rows of events with their flags and values; `only`: a condition on `profile_key`. */
  #rows(only: string | null): string {
    const flags = [...this.#series.values()].map(({ flag, expression }) => `(${expression}) AS ${flag}`);
    const values = [...this.#values].map(([expression, name]) => `${expression} AS ${name}`);
    const any = [...this.#series.values()].map(({ flag }) => flag).join(' OR ');
    const columns = [
      'profile_key',
      'toUnixTimestamp64Milli(timestamp) AS ts',
      ...(this.#needsOrder ? [ORDER_COLUMNS] : []),
      ...flags,
      ...values,
      ...(this.#combos === null ? [] : [`${this.#combos} AS combos`]),
    ];
    return `SELECT ${columns.join(', ')} FROM ${this.#source(only)} WHERE ${any}`;
  }

  /** Event rows by what is cheap to read: type, name and time. */
  #source(only: string | null): string {
    const { parameters, eventRows } = this.#workshop;
    const meant = [...this.#earliest].map(([selector, fromMs]) =>
      fromMs === null
        ? selector
        : `(${selector} AND toUnixTimestamp64Milli(timestamp) >= ${parameters.integer(fromMs)})`,
    );
    const conditions = [`(${meant.join(' OR ')})`, ...[eventRows, only].filter((one) => one !== null)];
    const prewhere = `hilo.event_rows PREWHERE ${conditions.join(' AND ')}`;
    return this.#operands.size === 0 ? prewhere : this.#withTraits(prewhere);
  }

  #withTraits(source: string): string {
    const { parameters } = this.#workshop;
    const traits = new ColumnSource(TRAITS, parameters);
    const joined = [...this.#operands].flatMap(([path, name]) => [
      `argMax(if(status = 'live', ${traits.cells(path)}, []), version) AS t${name}`,
      `argMax(status = 'live' AND ${traits.hasObject(path)}, version) AS o${name}`,
    ]);
    return `(SELECT e.*, t.* EXCEPT (key) FROM (
      SELECT s.*, ${SURVIVOR} AS survivor FROM (
        SELECT profile_key, timestamp, received_at, request_position, source, message_id, type, event, name, group_id,
          property_values, property_items, trait_values, trait_items FROM ${source}
      ) AS s LEFT ANY JOIN (${REDIRECTS}) AS r ON r.profile_key = s.profile_key
    ) AS e LEFT ANY JOIN (
      SELECT profile_key AS key, ${joined.join(', ')} FROM ${this.#workshop.traits.profiles()}
      WHERE ${NOT_ABSORBED} GROUP BY profile_key
    ) AS t ON t.key = e.survivor)`;
  }

  #withSurvivors(only: string | null): string {
    return `SELECT s.* EXCEPT (profile_key), ${SURVIVOR} AS key FROM (${this.#rows(only)}) AS s
      LEFT ANY JOIN (${REDIRECTS}) AS r ON r.profile_key = s.profile_key`;
  }

  /** Rows whose flags `k…` leave out all but the newest events of each series. */
  #withCuts(): string {
    const { eventsKept } = this.#workshop;
    const flags = [...this.#cutFlags].map((flag) => flag.slice(1));
    const kept = flags.map((n) => `(s${n} AND (NOT c.h${n} OR ${ORDER} >= c.c${n})) AS k${n}`);
    const cuts = flags.flatMap((n) => [
      `countIf(s${n}) > ${eventsKept} AS h${n}`,
      `arrayElement(arrayReverseSort(groupArrayIf(${ORDER}, s${n})), ${eventsKept}) AS c${n}`,
    ]);
    return `SELECT e.*, ${kept.join(', ')} FROM (${this.#withSurvivors(null)}) AS e LEFT ANY JOIN (
      SELECT key, ${cuts.join(', ')} FROM (${this.#withSurvivors(`profile_key IN (${this.#busyProfiles()})`)}) GROUP BY key
    ) AS c ON c.key = e.key`;
  }

  /** The recorded profiles whose survivor has more such events than a series keeps, whatever the events hold: nearly always none. */
  #busyProfiles(): string {
    const { eventsKept, eventRows } = this.#workshop;
    const selectors = [...this.#earliest.keys()].join(' OR ');
    const conditions = [`(${selectors})`, ...(eventRows === null ? [] : [eventRows])].join(' AND ');
    return `SELECT arrayJoin(arrayPushBack(a.absorbed, b.key)) FROM (
      SELECT ${SURVIVOR} AS key FROM (
        SELECT profile_key, count() AS events FROM hilo.event_rows PREWHERE ${conditions} GROUP BY profile_key
      ) AS s LEFT ANY JOIN (${REDIRECTS}) AS r ON r.profile_key = s.profile_key
      GROUP BY key HAVING sum(events) > ${eventsKept}
    ) AS b LEFT ANY JOIN (
      SELECT survivor_key, groupArray(profile_key) AS absorbed FROM hilo.redirects GROUP BY survivor_key
    ) AS a ON a.survivor_key = b.key`;
  }
}
