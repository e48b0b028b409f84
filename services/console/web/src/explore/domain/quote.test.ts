import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteText } from './quote.ts';

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '0': '\0' };

/** Reads a quoted text as ClickHouse does; null where it ends before its end. */
function unquoted(text: string): string | null {
  const [quote] = text;
  let content = '';
  for (let at = 1; at < text.length - 1; at += 1) {
    const sign = text[at] as string;
    if (sign === quote) return null;
    if (sign === '\\') at += 1;
    const next = text[at] as string;
    content += sign === '\\' ? (ESCAPES[next] ?? next) : next;
  }
  return text.endsWith(quote as string) ? content : null;
}

describe('quoting', () => {
  it('gives back every text, and nothing ends it early', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(unquoted(quoteText(text))).toBe(text);
      }),
    );
  });

  it.each([
    ["x' OR 1=1 --", "'x\\' OR 1=1 --'"],
    ["x\\' OR 1=1 --", "'x\\\\\\' OR 1=1 --'"],
    ['two\nlines', "'two\\nlines'"],
  ])('keeps %j inside', (text, sql) => {
    expect(quoteText(text)).toBe(sql);
  });
});
