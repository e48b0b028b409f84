/** Functions that are zero if there is nothing: counts and sums. An average of nothing is unknown. */
const COUNTING =
  /^(count|countIf|countDistinct|sum|sumIf|sumOrDefault|uniq|uniqIf|uniqExact|uniqExactIf|uniqCombined|uniqCombined64|uniqHLL12)$/i;

/** Functions that keep a zero zero, and an unknown value unknown. */
const KEEPING = /^(to(U?Int|Float|Decimal)\d*(OrZero)?|round|floor|ceil|abs|ifNull|coalesce)$/i;

/**
 * Names of a statement's columns that count or add up, wherever the statement defines them: a time that the answer
 * lacks then means zero. A name with two definitions must count in both.
 */
export function countedColumns(sql: string): ReadonlySet<string> {
  const text = withoutTexts(sql);
  const counted = new Map<string, boolean>();
  for (const match of text.matchAll(/\)\s*AS\s+(?:`([^`]+)`|([A-Za-z_]\w*))/gi)) {
    const name = match[1] ?? match[2] ?? '';
    counted.set(name, (counted.get(name) ?? true) && isCounting(callEndingAt(text, match.index)));
  }
  return new Set([...counted].filter(([, counts]) => counts).map(([name]) => name));
}

/** Whether a column counts: by its definition in the statement, or by its name where it has no other than that. */
export function isCounted(column: string, counted: ReadonlySet<string>): boolean {
  return counted.has(column) || (column.endsWith(')') && isCounting(column));
}

function isCounting(expression: string): boolean {
  const call = /^\s*([A-Za-z]\w*)\s*\(([\s\S]*)\)\s*$/.exec(expression);
  if (call === null) return false;
  const [, name = '', inside = ''] = call;
  if (COUNTING.test(name)) return true;
  return KEEPING.test(name) && isCounting(firstOf(inside));
}

/** The function call that a closing bracket ends. */
function callEndingAt(text: string, closing: number): string {
  let depth = 0;
  for (let index = closing; index >= 0; index--) {
    if (text[index] === ')') depth++;
    else if (text[index] === '(' && --depth === 0) {
      const name = /[A-Za-z]\w*\s*$/.exec(text.slice(0, index))?.[0] ?? '';
      const before = text.slice(0, index - name.length).trimEnd();
      // Part of a sum or a quotient, or a window: not the call alone.
      return /(^|[,(]|\bSELECT|\bDISTINCT)$/i.test(before) ? text.slice(index - name.length, closing + 1) : '';
    }
  }
  return '';
}

function firstOf(list: string): string {
  let depth = 0;
  for (let index = 0; index < list.length; index++) {
    if (list[index] === '(') depth++;
    else if (list[index] === ')') depth--;
    else if (list[index] === ',' && depth === 0) return list.slice(0, index);
  }
  return list;
}

/** A statement with its texts and comments made empty, so that their brackets don't count. */
function withoutTexts(sql: string): string {
  return sql.replaceAll(/'(?:[^'\\]|\\.|'')*'|--[^\n]*|\/\*[\s\S]*?\*\//g, (found) =>
    found.startsWith("'") ? "''" : ' ',
  );
}
