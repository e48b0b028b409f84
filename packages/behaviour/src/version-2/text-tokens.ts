import { parseJson } from '@hilo/exact-json';

/** A piece of a text: a text in quotes, a mark, or a word. */
export interface Token {
  readonly kind: 'text' | 'mark' | 'word' | 'end';
  /** The content of a text in quotes; otherwise the characters themselves. */
  readonly content: string;
  /** Place of its first character, from 0. */
  readonly at: number;
}

/** Where a text cannot be read, and what would be right. */
export class TextSyntaxError extends Error {
  override readonly name = 'TextSyntaxError';
  readonly at: number;

  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

const TOKEN = /\s*(?:("(?:[^"\\]|\\.)*")|([(),])|([^\s(),"]+)|$)/y;

/** The tokens of a text, in order, with one for its end. Throws `TextSyntaxError` for quotes that do not end. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (found === null) throw new TextSyntaxError(text.indexOf('"', at), 'a text in quotes does not end');
    const [all, quoted, mark, word] = found;
    const content = quoted ?? mark ?? word;
    if (content !== undefined) {
      const begins = at + all.length - content.length;
      if (quoted !== undefined) tokens.push({ kind: 'text', content: unquoted(quoted, begins), at: begins });
      else tokens.push({ kind: mark === undefined ? 'word' : 'mark', content, at: begins });
    }
    if (all.length === 0) break;
    at += all.length;
  }
  return [...tokens, { kind: 'end', content: 'the end', at: text.length }];
}

function unquoted(quoted: string, at: number): string {
  try {
    return String(parseJson(quoted));
  } catch {
    throw new TextSyntaxError(at, 'a text in quotes must be written as in JSON');
  }
}
