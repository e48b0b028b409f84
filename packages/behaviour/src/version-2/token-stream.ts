import { isJsonNumber, parseJson } from '@hilo/exact-json';
import { TextSyntaxError, type Token } from './text-tokens.ts';

/** Takes tokens one after the other. Each method that finds something else than it takes throws `TextSyntaxError`. */
export class TokenStream {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** A number, with all its digits. */
  number(right = 'a number'): unknown {
    const { kind, content } = this.token();
    try {
      const number = kind === 'word' ? parseJson(content) : null;
      if (isJsonNumber(number)) {
        this.#next += 1;
        return number;
      }
    } catch {
      // It is no JSON: the same answer as for JSON that is no number.
    }
    throw this.unexpected(right);
  }

  /** A path: a word, or a text in quotes. */
  path(): string {
    if (this.token().kind === 'text') return this.text();
    return this.word('a path, such as address.city');
  }

  /** The content of a text in quotes. */
  text(): string {
    if (this.token().kind !== 'text') throw this.unexpected('a text in quotes');
    return this.take();
  }

  /** A word. `right` says what it should be. */
  word(right: string): string {
    if (this.token().kind !== 'word') throw this.unexpected(right);
    return this.take();
  }

  /** One of the words. */
  oneOf<Word extends string>(words: readonly Word[]): Word {
    const found = words.find((word) => this.takes(word));
    if (found === undefined) throw this.unexpected(words.join(', '));
    return found;
  }

  /** What stands in parentheses. */
  inside<T>(read: () => T): T {
    this.mark('(');
    const inner = read();
    this.mark(')');
    return inner;
  }

  /** One or more items, with commas between them. */
  list<T>(read: () => T): readonly T[] {
    const items = [read()];
    while (this.token().kind === 'mark' && this.token().content === ',') {
      this.#next += 1;
      items.push(read());
    }
    return items;
  }

  /** A parenthesis or comma. */
  mark(mark: string): void {
    if (this.token().kind !== 'mark' || this.token().content !== mark) throw this.unexpected(`"${mark}"`);
    this.#next += 1;
  }

  /** Takes these words if they come next. */
  takes(words: string): boolean {
    const all = words.split(' ');
    const come = all.every((word, n) => {
      const token = this.#tokens[this.#next + n];
      return token?.kind === 'word' && token.content === word;
    });
    if (come) this.#next += all.length;
    return come;
  }

  /** Exactly these words. */
  expect(word: string): void {
    if (!this.takes(word)) throw this.unexpected(`"${word}"`);
  }

  /** The content of the next token, whatever it is. */
  take(): string {
    const { content } = this.token();
    this.#next += 1;
    return content;
  }

  /** The next token. */
  token(): Token {
    return this.#tokens[Math.min(this.#next, this.#tokens.length - 1)] as Token;
  }

  /** The error that says what was found instead of `right`. */
  unexpected(right: string): TextSyntaxError {
    const { kind, content, at } = this.token();
    const found = kind === 'end' ? 'the end' : JSON.stringify(content.slice(0, 40));
    return new TextSyntaxError(at, `expected ${right}; found ${found}`);
  }
}
