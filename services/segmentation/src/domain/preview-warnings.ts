import type { ValueKind, ValueNeed } from '@hilo/behaviour/version-2';

/** What somebody who writes a condition should know about the values that it reads. */
export interface PreviewWarning {
  /** The place in the condition. */
  readonly field: string;
  readonly code: WarningCode;
  readonly path: string | null;
  /** The kind of value that the condition asks for; null: any. */
  readonly wanted: ValueKind | null;
  /** The kinds or currencies that stand there, the most frequent first. */
  readonly found: readonly { readonly value: string; readonly count: number }[];
}

/** Why: there is no such event; nothing stands at the path; other kinds of values do; the numbers are of several currencies. */
export const WARNING_CODES = ['no_events', 'never_seen', 'other_kinds', 'several_currencies'] as const;

/** One of them. */
export type WarningCode = (typeof WARNING_CODES)[number];

/** The kinds of values that a test can ask for. */
export const WANTED_KINDS = ['text', 'number', 'boolean'] as const satisfies readonly ValueKind[];

/** What was found for a need: numbers of rows, and of values by kind and by currency. */
export interface FoundValues {
  readonly rows: number;
  readonly kinds: ReadonlyMap<string, number>;
  readonly currencies: ReadonlyMap<string, number>;
}

/** Most kinds and currencies in one warning. */
const FOUND = 10;

/** Kinds that say that nothing stands there. */
const NOTHING = new Set(['none', 'null', 'empty_list']);

/** The warnings about one need. */
export function warningsOf(need: ValueNeed, { rows, kinds, currencies }: FoundValues): readonly PreviewWarning[] {
  const { field, of, path, kind: wanted, isAmount } = need;
  const warning = (code: WarningCode, found: ReadonlyMap<string, number>): PreviewWarning => ({
    ...{ field, code, path, wanted },
    found: [...found]
      .map(([value, count]) => ({ value, count }))
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
      .slice(0, FOUND),
  });
  if (path === null) return of !== null && rows === 0 ? [warning('no_events', new Map())] : [];
  // The warning about the events themselves says it.
  if (rows === 0) return of === null ? [warning('never_seen', new Map())] : [];
  const standing = new Map([...kinds].filter(([kind]) => !NOTHING.has(kind)));
  if (standing.size === 0) return [warning('never_seen', standing)];
  const isMixed = wanted !== null && [...standing.keys()].some((kind) => kind !== wanted);
  return [
    ...(isMixed ? [warning('other_kinds', standing)] : []),
    ...(isAmount && currencies.size > 1 ? [warning('several_currencies', currencies)] : []),
  ];
}
