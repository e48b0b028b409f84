/** A scalar in a JSON text. `text` holds the token of a number as written, and the characters of a text. */
export interface ExactScalar {
  readonly kind: 'text' | 'number' | 'boolean' | 'null' | 'json';
  readonly text: string;
}

/** An object in a JSON text. Of members with the same name, keeps the last, as JavaScript does. */
export interface ExactObject {
  readonly kind: 'object';
  readonly members: ReadonlyMap<string, ExactNode>;
}

/** A list of a JSON text. */
export interface ExactList {
  readonly kind: 'list';
  readonly elements: readonly ExactNode[];
}

/** A node of a JSON text. */
export type ExactNode = ExactScalar | ExactObject | ExactList;

/** The content of a JSON text, with every digit of its numbers. */
export interface ExactJson {
  readonly root: ExactNode;
  /** True if the text repeats a member, or contains a lone surrogate or nesting that is too deep. */
  readonly isMended: boolean;
  /** True if it has no number that a double may not hold, and no name with a per cent sign: most texts. */
  readonly isPlain: boolean;
}

/** Objects and lists nested deeper than this are one scalar of kind `json`: their own text. */
export const EXACT_DEPTH = 100;

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_LIST = 91;
const BACKSLASH = 92;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

const NULL: ExactScalar = { kind: 'null', text: 'null' };
const TRUE: ExactScalar = { kind: 'boolean', text: 'true' };
const FALSE: ExactScalar = { kind: 'boolean', text: 'false' };

/** Characters of a number that a double always holds. */
const SHORT_NUMBER = 15;
const DIGITS = /^[0-9.-]*$/;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
/** A control character: JSON allows none inside a text. */
const CONTROL = /[^ -\uffff]/;

/**
 * Reads a JSON text in one pass. `JSON.parse` would round numbers to doubles. A lone surrogate, which UTF-8 cannot
 * hold, becomes U+FFFD. Null if the text is not JSON.
 */
export function readExactJson(text: string): ExactJson | null {
  const reader = new Reader(text);
  try {
    const root = reader.document();
    return { root, isMended: reader.isMended, isPlain: reader.isPlain };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

class Reader {
  readonly #text: string;
  readonly #hasEscapes: boolean;
  readonly #hasPercent: boolean;
  #at = 0;
  isMended = false;
  isPlain = true;

  constructor(text: string) {
    this.#text = text;
    this.#hasEscapes = text.includes('\\') || CONTROL.test(text);
    this.#hasPercent = this.#hasEscapes || text.includes('%');
  }

  document(): ExactNode {
    const root = this.#value(0);
    this.#skipSpace();
    if (this.#at !== this.#text.length) throw new SyntaxError('more than one value');
    return root;
  }

  #value(depth: number): ExactNode {
    const first = this.#skipSpace();
    if (first === QUOTE) return { kind: 'text', text: this.#wellFormed(this.#quoted()) };
    if (first === OPEN_OBJECT) return depth === EXACT_DEPTH ? this.#tooDeep() : this.#object(depth);
    if (first === OPEN_LIST) return depth === EXACT_DEPTH ? this.#tooDeep() : this.#list(depth);
    if (this.#word('true')) return TRUE;
    if (this.#word('false')) return FALSE;
    if (this.#word('null')) return NULL;
    return { kind: 'number', text: this.#number() };
  }

  #object(depth: number): ExactNode {
    const members = new Map<string, ExactNode>();
    this.#at += 1;
    if (this.#skipSpace() === CLOSE_OBJECT) this.#at += 1;
    else {
      for (;;) {
        if (this.#skipSpace() !== QUOTE) throw new SyntaxError('a name is missing');
        const name = this.#name();
        this.#expect(COLON);
        const value = this.#value(depth + 1);
        if (members.delete(name)) this.isMended = true;
        members.set(name, value);
        if (this.#separator(CLOSE_OBJECT)) break;
      }
    }
    return { kind: 'object', members: this.#hasEscapes ? this.#wellNamed(members) : members };
  }

  #list(depth: number): ExactNode {
    const elements: ExactNode[] = [];
    this.#at += 1;
    if (this.#skipSpace() === CLOSE_LIST) this.#at += 1;
    else
      do elements.push(this.#value(depth + 1));
      while (!this.#separator(CLOSE_LIST));
    return { kind: 'list', elements };
  }

  #name(): string {
    const name = this.#quoted();
    if (this.#hasPercent && name.includes('%')) this.isPlain = false;
    return name;
  }

  /** Two names that differ only in what U+FFFD replaces stay two. */
  #wellNamed(members: ReadonlyMap<string, ExactNode>): ReadonlyMap<string, ExactNode> {
    let isWellNamed = true;
    for (const name of members.keys()) isWellNamed &&= name.isWellFormed();
    if (isWellNamed) return members;
    this.isMended = true;
    const renamed = new Map<string, ExactNode>();
    for (const [name, value] of members) {
      let free = name.toWellFormed();
      while (free !== name && (members.has(free) || renamed.has(free))) free += '\ufffd';
      renamed.set(free, value);
    }
    return renamed;
  }

  /** The characters of a quoted text; the position is at its first quote. */
  #quoted(): string {
    const start = this.#at + 1;
    let end = this.#text.indexOf('"', start);
    if (!this.#hasEscapes) {
      if (end === -1) throw new SyntaxError('a text has no end');
      this.#at = end + 1;
      return this.#text.slice(start, end);
    }
    while (end !== -1 && isEscaped(this.#text, end, start)) end = this.#text.indexOf('"', end + 1);
    if (end === -1) throw new SyntaxError('a text has no end');
    this.#at = end + 1;
    return JSON.parse(this.#text.slice(start - 1, end + 1)) as string;
  }

  #wellFormed(text: string): string {
    if (!this.#hasEscapes || text.isWellFormed()) return text;
    this.isMended = true;
    return text.toWellFormed();
  }

  #number(): string {
    NUMBER.lastIndex = this.#at;
    const [token] = NUMBER.exec(this.#text) ?? [];
    if (token === undefined) throw new SyntaxError('neither a value nor a number');
    this.#at += token.length;
    if (token.length > SHORT_NUMBER || !DIGITS.test(token)) this.isPlain = false;
    return token;
  }

  #word(word: string): boolean {
    if (!this.#text.startsWith(word, this.#at)) return false;
    this.#at += word.length;
    return true;
  }

  /** An object or list that is nested too deeply, as its text. Counts its brackets without parsing it. */
  #tooDeep(): ExactScalar {
    const start = this.#at;
    let depth = 0;
    do {
      const letter = this.#text.charCodeAt(this.#at);
      if (letter === QUOTE) {
        this.#quoted();
        continue;
      }
      if (letter === OPEN_OBJECT || letter === OPEN_LIST) depth += 1;
      else if (letter === CLOSE_OBJECT || letter === CLOSE_LIST) depth -= 1;
      else if (Number.isNaN(letter)) throw new SyntaxError('a bracket is not closed');
      this.#at += 1;
    } while (depth > 0);
    this.isMended = true;
    return { kind: 'json', text: this.#text.slice(start, this.#at) };
  }

  /** Passes a comma (false) or the closing bracket (true). */
  #separator(close: number): boolean {
    const letter = this.#skipSpace();
    this.#at += 1;
    if (letter === close) return true;
    if (letter === COMMA) return false;
    throw new SyntaxError('neither a comma nor the end');
  }

  #expect(expected: number): void {
    if (this.#skipSpace() !== expected) throw new SyntaxError('a colon is missing');
    this.#at += 1;
  }

  /** The code of the next character that is not space; NaN at the end. */
  #skipSpace(): number {
    let letter = this.#text.charCodeAt(this.#at);
    while (letter === 32 || letter === 10 || letter === 13 || letter === 9) {
      this.#at += 1;
      letter = this.#text.charCodeAt(this.#at);
    }
    return letter;
  }
}

/** Whether an odd number of backslashes stands before a quote. */
function isEscaped(text: string, quote: number, start: number): boolean {
  let backslashes = 0;
  while (quote - backslashes > start && text.charCodeAt(quote - backslashes - 1) === BACKSLASH) backslashes += 1;
  return backslashes % 2 === 1;
}
