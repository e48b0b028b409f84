import type { Api as HistoryApi } from '@hilo/history/contract';
import type { SchemaOf } from '@hilo/service/contract';

type Table = SchemaOf<HistoryApi, 'Catalogue'>['tables'][number];

/** A table as the catalogue has it; a history service of the version before says nothing of parameters. */
export type CatalogueTable = Omit<Table, 'parameters'> & Partial<Pick<Table, 'parameters'>>;

/** Something that may stand at a place in a statement. */
export interface Completion {
  readonly label: string;
  readonly type: 'keyword' | 'function' | 'table' | 'column';
  /** In a word or two. */
  readonly detail?: string;
  /** In a sentence. */
  readonly info?: string;
}

const KEYWORDS = (
  'SELECT FROM WHERE AND OR NOT IN LIKE ILIKE BETWEEN IS NULL AS DISTINCT JOIN LEFT INNER ANY ON USING GROUP BY HAVING ' +
  'ORDER ASC DESC LIMIT OFFSET WITH UNION ALL CASE WHEN THEN ELSE END OVER PARTITION INTERVAL SECOND MINUTE HOUR DAY WEEK ' +
  'MONTH YEAR ARRAY PREWHERE FINAL EXISTS EXPLAIN SHOW DESCRIBE SETTINGS'
).split(' ');

const FUNCTIONS = (
  'count countIf sum sumIf avg avgIf min max any argMin argMax uniq uniqExact uniqIf quantile quantiles median groupArray ' +
  'groupUniqArray topK windowFunnel sequenceMatch retention now today yesterday toDate toDateTime toStartOfMinute ' +
  'toStartOfHour toStartOfDay toMonday toStartOfWeek toStartOfMonth toStartOfYear toHour toDayOfWeek dateDiff formatDateTime ' +
  'toString toInt64 toFloat64 toDecimal256 round floor ceil abs if multiIf ifNull coalesce nullIf isNull isNotNull ' +
  'lower upper trim length concat substring replaceAll splitByChar match extract startsWith endsWith arrayJoin arrayMap ' +
  'arrayFilter arrayFirst arraySum arrayZip arrayDistinct arraySort has hasAny mapContains mapKeys mapValues ' +
  'row_number rank lagInFrame leadInFrame'
).split(' ');

const WORDS: readonly Completion[] = [
  ...KEYWORDS.map((label): Completion => ({ label, type: 'keyword' })),
  ...FUNCTIONS.map((label): Completion => ({ label, type: 'function' })),
];

/** The word that ends a text: letters, digits, underscores, and the dots between names. */
export function wordBefore(text: string): string {
  return /[\w.]*$/.exec(text)?.[0] ?? '';
}

/**
 * What may stand at the end of `before`, in a statement that reads as `whole`: tables behind FROM and JOIN, else columns of the
 * tables that the statement names (of all where it names none), functions and keywords. After `hilo.` only tables, after a
 * table or another name with a dot only columns.
 */
export function completionsOf(before: string, whole: string, tables: readonly CatalogueTable[]): readonly Completion[] {
  const word = wordBefore(before);
  const behind = before.slice(0, before.length - word.length);
  if (/^hilo\.\w*$/i.test(word)) return tables.map((table) => tableCompletion(table, table.name));
  const named = tables.filter(({ name }) => new RegExp(`\\b${name}\\b`, 'i').test(whole));
  if (word.includes('.')) return columnsOf(named.length === 0 ? tables : named);
  if (/\b(from|join|describe|desc)\s+$/i.test(behind))
    return tables.map((table) => tableCompletion(table, `hilo.${table.name}`));
  return [...columnsOf(named.length === 0 ? tables : named), ...WORDS];
}

function tableCompletion({ parameters = [], comment }: CatalogueTable, name: string): Completion {
  const call = parameters.map((parameter) => `${parameter} = ''`).join(', ');
  return { label: call === '' ? name : `${name}(${call})`, type: 'table', info: comment };
}

/** Columns of tables, each name once. */
function columnsOf(tables: readonly CatalogueTable[]): readonly Completion[] {
  const columns = new Map<string, Completion>();
  for (const { columns: own } of tables)
    for (const { name, type, comment } of own)
      if (!columns.has(name))
        columns.set(name, { label: name, type: 'column', detail: type, ...(comment === '' ? {} : { info: comment }) });
  return [...columns.values()];
}
