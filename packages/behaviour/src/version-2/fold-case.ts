const ASCII = /^[\0-\x7f]*$/;

/**
 * The text in lower case, code point by code point, for comparisons that ignore case: the result depends neither on a
 * code point's neighbours nor on a language. ClickHouse gives the same.
 */
export function foldCase(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return Array.from(text, (character) => character.toLowerCase()).join('');
}
