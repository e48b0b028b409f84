import { type Place, placeAt, type StatementFault } from './statement.ts';

/** Why a statement has no answer. Codes of the API; docs/reasons.md explains each. */
export type StatementReason =
  | StatementFault['reason']
  | 'unknown_name'
  | 'too_slow'
  | 'too_much_memory'
  | 'cancelled'
  | 'missing_parameter'
  | 'refused';

/** What the caller reads. */
export interface StatementProblem {
  readonly reason: StatementReason;
  /** For people, with the place if it is known. */
  readonly detail: string;
}

/** ClickHouse's codes that have their own code here; every other one is `refused`. */
const REASONS: ReadonlyMap<string, StatementReason> = new Map<string, StatementReason>([
  ['62', 'syntax'],
  ...['16', '46', '47', '60', '81', '115', '63'].map((code) => [code, 'unknown_name'] as const),
  ...['164', '392', '446', '452', '497', '723', '732', '344', '291'].map((code) => [code, 'not_allowed'] as const),
  ...['159', '160', '209'].map((code) => [code, 'too_slow'] as const),
  ...['241', '243', '307'].map((code) => [code, 'too_much_memory'] as const),
  ['394', 'cancelled'],
  ['456', 'missing_parameter'],
]);

const DETAILS: Readonly<Partial<Record<StatementReason, string>>> = {
  empty: 'There is no statement.',
  several_statements: 'Only one statement is run at a time.',
  not_a_read: 'Only statements that read are run: SELECT, WITH, SHOW, DESCRIBE, EXPLAIN.',
  too_slow: 'The statement exceeded its time limit. Ask for a shorter period, fewer people, or fewer columns.',
  too_much_memory: 'The statement needs more memory than it may have. Group by less, or filter first.',
  cancelled: 'The statement was cancelled.',
};

/** Faults found before ClickHouse saw the statement. */
const OWN_DETAILS: Readonly<Partial<Record<StatementReason, string>>> = {
  syntax: 'Syntax error: ClickHouse cannot read a statement from here on.',
  not_allowed:
    'A statement can only read database hilo, without SETTINGS. It cannot use the words file, settings and Identifier as names, ' +
    'or a backslash in a quoted name.',
};

/** Longest message of ClickHouse that is passed on. */
const MESSAGE_CHARACTERS = 600;

/** An error of ClickHouse in plain words, with its place in the statement if it has one. */
export function problemOfError(code: string, message: string, sql: string): StatementProblem {
  const reason = REASONS.get(code) ?? 'refused';
  const said = cleaned(message);
  if (reason === 'not_allowed')
    return { reason, detail: `A statement can only read database hilo, within the limits: ${said}` };
  if (reason === 'missing_parameter') return { reason, detail: `A parameter has no value: ${said}` };
  const fixed = DETAILS[reason];
  if (fixed !== undefined) return { reason, detail: fixed };
  if (reason === 'syntax' && /\bFORMAT\s+\w+\s*$/i.test(sql))
    return { reason, detail: 'Leave out FORMAT: the request chooses the format of the answer.' };
  const place = placeOf(message, sql);
  return { reason, detail: place === null ? said : `${placeText(place)}: ${said}` };
}

/** The problem for a text that was not sent to ClickHouse. */
export function problemOfFault({ reason, place }: StatementFault): StatementProblem {
  const detail = OWN_DETAILS[reason] ?? DETAILS[reason] ?? '';
  return { reason, detail: reason === 'empty' ? detail : `${placeText(place)}: ${detail}` };
}

/** ClickHouse's own exceptions, and those of its libraries, whose names stand before the code. */
const EXCEPTION = /Code: (\d+)(?:\..*?Exception: |, (?:e\.code\(\) = -?\d+, )?)([\s\S]*)/;

/** Code and text of an exception that ClickHouse wrote into an answer that had begun. */
export function readException(text: string): { readonly code: string; readonly message: string } {
  const [, code = '', message = ''] = EXCEPTION.exec(text) ?? [];
  // The name of the code and the version follow, and what frames an error that came midway.
  return { code, message: message.replace(/(\s*\([A-Z_]{3,}\))?(\s*\(version [\s\S]*)?\s*$/, '') };
}

function placeText({ line, column }: Place): string {
  return `Line ${line}, column ${column}`;
}

/** Where ClickHouse found the error, or where the unknown name first stands. */
function placeOf(message: string, sql: string): Place | null {
  const position = /failed at position (\d+)/.exec(message)?.[1];
  // ClickHouse counts bytes from 1.
  if (position !== undefined) return placeAt(sql, characters(sql, Number(position) - 1));
  const name = /(?:identifiers?|function|table|database|column)(?: with name)?:? [`'"]([^`'"]+)[`'"]/i.exec(
    message,
  )?.[1];
  const index = name === undefined ? -1 : sql.search(wholeWord(name));
  return index < 0 ? null : placeAt(sql, index);
}

/** A name that is not a part of a longer one. */
function wholeWord(name: string): RegExp {
  return new RegExp(`(?<!\\w)${name.replaceAll(/[^\w]/g, String.raw`\$&`)}(?!\\w)`, 'i');
}

/** How many characters the first bytes of a text make. */
function characters(text: string, bytes: number): number {
  return new TextDecoder().decode(new TextEncoder().encode(text).subarray(0, bytes)).length;
}

function cleaned(message: string): string {
  const short = message
    .replace(/\s+Expected one of:[\s\S]*$/, '')
    .replace(/\s+In scope [\s\S]*$/i, '')
    .replace(/:? While (processing|executing|parsing) [\s\S]*$/i, '')
    .replace(/Syntax error: failed at position \d+/, 'Syntax error at')
    .replace(/\s*\(line \d+, col \d+\)/, '')
    .replace(/\bFORMAT JSONCompactEachRowWithProgress\b/g, 'the end')
    .replace(/\s+/g, ' ')
    .trim();
  return short.length <= MESSAGE_CHARACTERS ? short : `${short.slice(0, MESSAGE_CHARACTERS)}…`;
}
