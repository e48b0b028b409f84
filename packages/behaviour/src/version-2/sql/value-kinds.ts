import type { ValueNeed } from '../value-needs.ts';
import { ColumnSource } from './cells.ts';
import { Parameters, type ParameterValue } from './parameters.ts';
import { columnsOf, isMeant, PROPERTIES, TRAITS } from './selectors.ts';

/** Rows that are looked at for each need. */
const ROWS = 20_000;

/**
 * A row of the answer: of the need with this number, how often a kind of value (`kind`), a currency (`currency`) or an event or
 * profile (`row`) was found.
 */
export interface FoundValue {
  readonly need: number;
  readonly what: 'row' | 'kind' | 'currency';
  readonly value: string;
  readonly count: string;
}

/**
 * The statement that says which values stand where conditions read them, in some of the events and profiles that there are. The rows of
 * one selector are read once, however many needs ask for them.
 */
export function valueKindsSql(needs: readonly ValueNeed[]): {
  readonly sql: string;
  readonly params: Readonly<Record<string, ParameterValue>>;
} {
  const parameters = new Parameters();
  const numbered = needs.map((need, index) => ({ need, index }));
  const groups = [...Map.groupBy(numbered, ({ need }) => JSON.stringify(need.of)).values()];
  return { sql: groups.map((group) => groupSql(group, parameters)).join(' UNION ALL '), params: parameters.values };
}

interface NumberedNeed {
  readonly need: ValueNeed;
  readonly index: number;
}

function groupSql(group: readonly NumberedNeed[], parameters: Parameters): string {
  const of = group[0]?.need.of ?? null;
  const { values, items } = of === null ? TRAITS : columnsOf(of);
  const from =
    of === null ? `hilo.profile_rows WHERE status = 'live'` : `hilo.event_rows PREWHERE ${isMeant(of, parameters)}`;
  const read = group.some(({ need }) => need.path !== null) ? `${values}, ${items}` : '1';
  const found = group.flatMap((one) => foundBy(one, parameters)).join(', ');
  return `SELECT f.1 AS need, f.2 AS what, f.3 AS value, count() AS count
    FROM (SELECT arrayJoin(arrayConcat(${found})) AS f FROM (SELECT ${read} FROM ${from} LIMIT ${ROWS})) GROUP BY f`;
}

/** Arrays of what a row says about a need, as tuples `(need, what, value)`. */
function foundBy({ need: { of, path, isAmount }, index }: NumberedNeed, parameters: Parameters): readonly string[] {
  const tuple = (what: FoundValue['what'], value: string) => `(toUInt8(${index}), '${what}', ${value})`;
  const row = `[${tuple('row', "''")}]`;
  if (path === null) return [row];
  const source = new ColumnSource(of === null ? TRAITS : columnsOf(of), parameters);
  const type = `toString(${source.value(path, 'type')})`;
  const outside = `[${tuple('kind', `if(${type} = 'none' AND ${source.hasObject(path)}, 'object', ${type})`)}]`;
  const inside = `arrayMap(t -> ${tuple('kind', 'toString(t)')}, ${source.items(path, 'type')})`;
  if (!isAmount) return [row, outside, inside];
  const currency = new ColumnSource(PROPERTIES, parameters).value('currency', 'text');
  const isNamed = `${type} = 'number' AND ${currency} != ''`;
  return [row, outside, inside, `if(${isNamed}, [${tuple('currency', currency)}], [])`];
}
