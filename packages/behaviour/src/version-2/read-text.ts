import { AGGREGATES, CALL_TYPES } from './limits.ts';
import { readCondition, type ReadCondition } from './read-condition.ts';
import { TextSyntaxError, tokensOf } from './text-tokens.ts';
import { TokenStream } from './token-stream.ts';

/** A condition that was read, its faults, or where the text cannot be read. `at`: the place of a character, from 0. */
export type ReadText = ReadCondition | { readonly kind: 'syntax'; readonly at: number; readonly message: string };

/** Longest text that is read, in characters. */
const LONGEST = 100_000;
/** Deepest nesting of parentheses that is followed; the language itself allows less. */
const DEEPEST = 50;
/** Operators of a test, the longer ones first. */
const OPERATORS: readonly (readonly [words: string, operator: string, operand: 'value' | 'word'])[] = [
  ['=', 'eq', 'value'],
  ['!=', 'ne', 'value'],
  ['>=', 'gte', 'value'],
  ['<=', 'lte', 'value'],
  ['>', 'gt', 'value'],
  ['<', 'lt', 'value'],
  ['contains', 'contains', 'value'],
  ['starts with', 'startsWith', 'value'],
  ['ends with', 'endsWith', 'value'],
  ['matches', 'matches', 'value'],
  ['within last', 'withinLast', 'word'],
  ['within next', 'withinNext', 'word'],
  ['older than', 'olderThan', 'word'],
  ['newer than', 'newerThan', 'word'],
  ['before', 'before', 'word'],
  ['after', 'after', 'word'],
];

/** Reads what `writeText` writes, or people in that form. Never throws. */
export function readText(text: string): ReadText {
  try {
    if (text.length > LONGEST) throw new TextSyntaxError(LONGEST, `a text has at most ${LONGEST} characters`);
    return readCondition(new TextReader(tokensOf(text)).whole());
  } catch (error) {
    if (error instanceof TextSyntaxError) return { kind: 'syntax', at: error.at, message: error.message };
    throw error;
  }
}

/** Reads tokens into the JSON of a condition, which `readCondition` then checks. */
class TextReader extends TokenStream {
  #depth = 0;

  whole(): unknown {
    const condition = this.#any();
    if (this.token().kind !== 'end') throw this.unexpected('"and", "or" or the end');
    return condition;
  }

  #any(): unknown {
    const members = [this.#all()];
    while (this.takes('or')) members.push(this.#all());
    return members.length === 1 ? members[0] : { any: members };
  }

  #all(): unknown {
    const members = [this.#one()];
    while (this.takes('and')) members.push(this.#one());
    return members.length === 1 ? members[0] : { all: members };
  }

  #one(): unknown {
    if (this.#depth >= DEEPEST) throw new TextSyntaxError(this.token().at, `at most ${DEEPEST} levels can be nested`);
    this.#depth += 1;
    try {
      if (this.takes('not')) return { not: this.#one() };
      return this.token().content === '(' && this.token().kind === 'mark'
        ? this.inside(() => this.#any())
        : this.#leaf();
    } finally {
      this.#depth -= 1;
    }
  }

  #leaf(): unknown {
    if (this.takes('trait')) return this.#trait();
    if (this.takes('did')) return { did: this.#events(), ...this.#where(), ...this.#count(), ...this.#times() };
    for (const name of ['first', 'last'] as const) if (this.takes(name)) return this.#oneEvent(name);
    for (const name of AGGREGATES) if (this.takes(name)) return this.#aggregate(name);
    if (this.takes('sequence')) return this.#sequence();
    if (this.takes('regular')) return this.#regular();
    for (const name of ['in', 'list', 'consent'] as const) if (this.takes(name)) return { [name]: this.text() };
    if (this.takes('bucket')) {
      const from = this.number();
      this.expect('to');
      const to = this.number();
      this.expect('of');
      return { randomBucket: { from, to, salt: this.text() } };
    }
    if (this.takes('account')) {
      const quantifier = this.oneOf(['any', 'all', 'none']);
      return { account: { [quantifier]: this.inside(() => this.#any()) } };
    }
    if (!this.takes('group'))
      throw this.unexpected('a condition, such as did "Order Completed" or trait country = "DE"');
    this.expect('trait');
    return { group: this.#trait() };
  }

  #trait(): unknown {
    const trait = this.path();
    const is = this.#test();
    return { trait, is, ...this.#as(), ...(this.takes('for') ? { for: this.word('a length such as 7d') } : {}) };
  }

  #aggregate(name: string): unknown {
    const path = this.path();
    this.expect('of');
    return { [name]: path, of: this.#events(), ...this.#where(), is: this.#test(), ...this.#times() };
  }

  #oneEvent(name: string): unknown {
    const events = this.#events();
    const where = this.#where();
    const property = this.takes('property') ? { property: this.path() } : {};
    return { [name]: events, ...where, ...property, is: this.#test() };
  }

  #sequence(): unknown {
    const sequence = this.inside(() => {
      const steps = [this.#step()];
      while (this.takes('then')) steps.push(this.#step());
      return steps;
    });
    return {
      sequence,
      ...(this.takes('within') ? { within: this.#window() } : {}),
      ...(this.takes('span') ? { span: this.word('a length such as 2d') } : {}),
      ...(this.takes('same') ? { same: this.inside(() => this.list(() => this.path())) } : {}),
    };
  }

  #step(): unknown {
    if (this.takes('none')) {
      const none = this.#events();
      const where = this.#where();
      this.expect('within');
      return { none, ...where, within: this.word('a length such as 1d') };
    }
    this.expect('did');
    const step = { did: this.#events(), ...this.#where() };
    const within = this.takes('within') ? { within: this.word('a length such as 3d') } : {};
    if (!this.takes('without')) return { ...step, ...within };
    const without = this.inside(() =>
      this.list(() => {
        this.expect('did');
        return { did: this.#events(), ...this.#where() };
      }),
    );
    return { ...step, ...within, without };
  }

  #regular(): unknown {
    const events = { regular: this.#events(), ...this.#where(), ...this.#count() };
    this.expect('in');
    const atLeast = this.number();
    this.expect('of');
    const of = this.number();
    const calendar = this.takes('calendar') ? { calendar: true } : {};
    this.expect('periods');
    this.expect('of');
    return { ...events, periods: { every: this.word('a length such as 1w'), atLeast, of, ...calendar } };
  }

  #events(): unknown {
    if (this.token().kind === 'text') return this.text();
    if (this.takes('anything')) return { any: true };
    if (this.takes('starting with')) return { startsWith: this.text() };
    const type = CALL_TYPES.find((one) => this.takes(one));
    if (type === undefined) {
      throw this.unexpected(`the name of an event in quotes, ${CALL_TYPES.join(', ')}, "starting with" or "anything"`);
    }
    return { type, ...(this.token().kind === 'text' ? { name: this.text() } : {}) };
  }

  #where(): object {
    if (!this.takes('where')) return {};
    return { where: this.inside(() => this.list(() => this.#eventTest())) };
  }

  #eventTest(): unknown {
    if (!this.takes('element')) return this.#propertyTest();
    const element = this.path();
    return { element, where: this.inside(() => this.list(() => this.#propertyTest())) };
  }

  #propertyTest(): unknown {
    return { property: this.path(), is: this.#test(), ...this.#as() };
  }

  #count(): object {
    return this.takes('count') ? { count: this.#test() } : {};
  }

  #as(): object {
    return this.takes('as number') ? { as: 'number' } : {};
  }

  #times(): object {
    return {
      ...(this.takes('within') ? { within: this.#window() } : {}),
      ...(this.takes('after') ? { after: this.word('a day or an instant') } : {}),
      ...(this.takes('before') ? { before: this.word('a day or an instant') } : {}),
    };
  }

  #window(): unknown {
    if (this.takes('from')) {
      const from = this.word('a length such as 90d');
      this.expect('to');
      const to = this.word('a length such as 30d');
      this.expect('ago');
      return { from, to };
    }
    const first = this.word('a length such as 90d, or a part of the calendar such as this month');
    return first === 'this' || first === 'last' ? `${first} ${this.word('week, month, quarter or year')}` : first;
  }

  #test(): object {
    const test = this.#operation();
    return this.takes('ignoring case') ? { ...test, ignoreCase: true } : test;
  }

  #operation(): object {
    if (this.takes('exists')) return { exists: true };
    if (this.takes('is missing')) return { exists: false };
    if (this.takes('between')) {
      const from = this.#value();
      this.expect('and');
      return { between: [from, this.#value()] };
    }
    if (this.takes('one of')) return { oneOf: this.inside(() => this.list(() => this.#value())) };
    if (this.takes('anniversary')) return { anniversary: this.takes('today') ? 'today' : this.#operation() };
    for (const [words, operator, operand] of OPERATORS) {
      if (this.takes(words)) {
        return { [operator]: operand === 'value' ? this.#value() : this.word('a length, a day or an instant') };
      }
    }
    throw this.unexpected('a test, such as = "DE", >= 5, exists, is missing, one of (…) or within last 30d');
  }

  #value(): unknown {
    if (this.token().kind === 'text') return this.text();
    for (const place of ['property', 'trait']) if (this.takes(place)) return { [place]: this.path() };
    if (this.takes('true')) return true;
    if (this.takes('false')) return false;
    return this.number('a text in quotes, a number, true or false');
  }
}
